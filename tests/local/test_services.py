"""`manage.py services`: both containers' processes, each with its own variables only."""

import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from deploy import containers
from local.management.commands.services import environment
from tests.local.users import Command, free_port, is_alive, status_of, until

Manage = Callable[..., Command]

SHARED = {
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "AWS_REGION",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "AWS_ENDPOINT_URL",
    "COGNITO_JWKS_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "BIND",
    "DJANGO_SETTINGS_MODULE",
}


def is_ready(port: int) -> bool:
    return status_of(port, "/readyz") == 200


@pytest.fixture
def running(request: pytest.FixtureRequest, manage: Manage, state: Path) -> tuple[Command, int, int]:
    """Both services ready, and their ports."""
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
    for name in ("todos", "files"):
        assert re.search(rf"{name} +\| {{", command.output)
    processes = command.processes()
    assert command.interrupt() == 130
    until(lambda: not any(map(is_alive, processes)))
    assert "Traceback" not in command.output


def test_when_one_ends_the_other_is_stopped_and_the_exit_code_says_so(running: tuple[Command, int, int]) -> None:
    command, _, _ = running
    processes = command.processes()
    arguments = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes}
    os.kill(next(pid for pid, line in arguments.items() if b"gunicorn" in line), signal.SIGKILL)
    assert command.process.wait(60) != 0
    assert "todos stopped (rc=-9)" in command.output
    until(lambda: not any(map(is_alive, processes)))


@pytest.mark.parametrize("service", containers.SERVICES, ids=lambda service: service.name)
def test_each_gets_its_own_variables_and_nothing_else(service: containers.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGER", "1")
    names = {"TODOS_TABLE", *(("FILES_TABLE", "ATTACHMENTS_BUCKET") if service.name == "files" else ())}
    shell = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_PRELOAD"}
    found = environment(service, 8123)
    assert {
        name for name in found if name not in shell and not name.startswith(("COVERAGE_", "PYTHON", "FAKETIME"))
    } == SHARED | names
    assert (found["BIND"], found["DJANGO_SETTINGS_MODULE"]) == ("127.0.0.1:8123", f"todo_project.settings.{service.name}")


def test_a_taken_port_gets_a_sentence(manage: Manage, state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = ("--todos-port", str(free_port()), "--files-port", str(port))
        command = manage("services", *ports, LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=0)
        assert command.process.wait(60) == 1
    assert command.output.endswith(
        f"Port {port} cannot be used (Address already in use). Stop what uses it, or choose another: --files-port={port + 10}\n"
    )
