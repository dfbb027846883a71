"""`manage.py services`: both containers' processes, each with its own variables only."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from local.aws.containers import Processes, containers
from local.aws.state import LocalAWSError
from tests.local.users import ROOT, Command, free_port, is_alive, status_of, until

Manage = Callable[..., Command]

SHARED = {
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "AWS_REGION",
    "TODOS_TABLE",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "AWS_ENDPOINT_URL",
    "COGNITO_JWKS_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
}


def is_ready(port: int) -> bool:
    return status_of(port, "/readyz") == 200


@pytest.fixture
def running(request: pytest.FixtureRequest, manage: Manage, state: Path) -> tuple[Command, int, int]:
    """Both services ready, and their ports. One test measures them."""
    ports, measured = (free_port(), free_port()), request.node.name.startswith("test_it_works")
    arguments = "services", "--todos-port", str(ports[0]), "--files-port", str(ports[1])
    command = manage(*arguments, LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=0, measured=measured)
    until(lambda: command.process.poll() is not None or all(map(is_ready, ports)))
    assert command.process.poll() is None, command.output
    return command, *ports


def test_it_works_and_ctrl_c_stops_both(running: tuple[Command, int, int]) -> None:
    command, todos, files = running
    for port, path, status in (
        (todos, "/api/me/todos", 401),
        (todos, "/api/0a4c0d5e-3f2b-4c3d-8e9f-000000000000/files", 404),
        (files, "/api/0a4c0d5e-3f2b-4c3d-8e9f-000000000000/files", 401),
        (files, "/api/me/todos", 404),
    ):
        assert httpx.get(f"http://localhost:{port}{path}", timeout=10).status_code == status
    assert "todos | " in command.output
    assert "files | " in command.output
    processes = command.processes()
    assert command.interrupt() == 0
    until(lambda: not any(map(is_alive, processes)))
    assert "Traceback" not in command.output


def test_their_lines_are_in_the_file_that_make_logs_follows(running: tuple[Command, int, int], state: Path) -> None:
    _, todos, _ = running
    answer = httpx.get(f"http://127.0.0.1:{todos}/api/me/todos", headers={"X-Request-Id": "JKJaXmPLvHcESHA="}, timeout=10)
    found = until(lambda: followed(state, "--request", answer.headers["X-Request-ID"]))
    line = r"\d\d:\d\d:\d\d,\d{3} todos 401 GET /api/\{owner\}/todos  [\d.]+ ms  \S+ JKJaXmPLvHcESHA=\n"
    assert re.fullmatch(line, found)
    assert followed(state, "--request", "JKJaXmPLvHcESHA=") == found


def followed(state: Path, *arguments: str) -> str:
    follow = [sys.executable, "-m", "local.web.follow", "--state-dir", str(state), "--no-follow", *arguments]
    return subprocess.run(follow, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_when_one_ends_the_other_is_stopped_and_the_exit_code_says_so(running: tuple[Command, int, int]) -> None:
    command, _, _ = running
    processes = command.processes()
    guard = next(pid for pid in processes[1:] if b"guard" in command_line(pid))
    os.kill(guard, signal.SIGKILL)
    assert command.process.wait(60) == 1
    assert "ended with code -9; the other one is stopped too." in command.output
    until(lambda: not any(map(is_alive, processes)))


def test_the_command_killed_leaves_no_process(running: tuple[Command, int, int]) -> None:
    command, _, _ = running
    processes = command.processes()
    command.process.kill()
    command.process.wait()
    until(lambda: not any(map(is_alive, processes)))


def command_line(pid: int) -> bytes:
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=False).stdout


def test_each_gets_its_own_variables_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGER", "1")
    variables = dict.fromkeys([*SHARED, "FILES_TABLE", "ATTACHMENTS_BUCKET", "LOCALAWS_ATTACHED"], "x")
    machine = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE", "BIND"}
    todos, files = (
        {name for name in container.environment(variables) if name not in machine and not name.startswith("COVERAGE_")}
        for container in containers()
    )
    assert todos == SHARED
    assert files == {*SHARED, "FILES_TABLE", "ATTACHMENTS_BUCKET"}


def test_they_bind_the_published_ports() -> None:
    variables = dict.fromkeys([*SHARED, "FILES_TABLE", "ATTACHMENTS_BUCKET"], "x")
    bound = [container.environment(variables)["BIND"] for container in containers()]
    assert bound == ["127.0.0.1:8080", "127.0.0.1:8081"]


def test_a_taken_port_gets_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalAWSError, match=rf"Port {port}, meant for the service files, cannot be used.*--files-port"):
            Processes(containers(free_port(), port), {}, print)
