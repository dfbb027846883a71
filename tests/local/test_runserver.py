"""`manage.py runserver`: everything up with one command, and nothing left after it."""

import io
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import httpx
import pytest
from rich.console import Console

from deploy import smoke
from tests.local.users import PASSWORD, Command, free_port, is_alive, status_of, until

Manage = Callable[..., Command]


def aws(command: Command) -> str:
    """The printed address of its embedded AWS."""
    return command.output.partition("embedded AWS  ")[2].split()[0]


@pytest.fixture
def running(request: pytest.FixtureRequest, manage: Manage, state: Path) -> tuple[Command, str]:
    """A server that responds, and its address."""
    port, measured = free_port(), request.node.name.startswith("test_it_works")
    command = manage("runserver", LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=free_port(), PORT=port, measured=measured)
    base = f"http://127.0.0.1:{port}"
    until(lambda: command.process.poll() is not None or status_of(port, "/healthz") == 200)
    assert command.process.poll() is None, command.output
    return command, base


def test_it_works_and_ctrl_c_leaves_no_process(running: tuple[Command, str], state: Path) -> None:
    command, base = running
    assert httpx.get(f"{base}/readyz", timeout=10).json() == {"status": "ready"}
    until(lambda: "Ctrl-C stops everything." in command.output)
    for word in (f"{base}/", f"{base}/api/docs/", "embedded AWS  http://127.0.0.1:", str(state)):
        assert word in command.output
    client = boto3.client("cognito-idp", endpoint_url=aws(command), region_name="us-east-1")
    client.sign_up(
        ClientId=httpx.get(f"{base}/config.json").json()["clientId"],
        Username="ann@example.com",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "ann@example.com"}],
    )
    until(lambda: "Mail to ann@example.com: Your verification code: Your verification code is 123456." in command.output)
    processes = command.processes()
    assert len(processes) == 3  # the reloader, the embedded AWS, the web server
    started = time.monotonic()
    assert command.interrupt() == 0
    assert time.monotonic() - started < 20
    until(lambda: not any(map(is_alive, processes)))
    assert "Traceback" not in command.output


def test_a_visitor_can_use_it(running: tuple[Command, str]) -> None:
    """The smoke test of a release."""
    output = io.StringIO()
    assert smoke.smoke(running[1], Console(file=output)), output.getvalue()


def test_the_web_server_killed_ends_all(running: tuple[Command, str]) -> None:
    command, _ = running
    processes = command.processes()
    arguments = {pid: Path(f"/proc/{pid}/cmdline") for pid in processes[1:]}
    web = next((pid for pid, path in arguments.items() if path.exists() and b"runserver" in path.read_bytes()), processes[-1])
    os.kill(web, signal.SIGKILL)
    assert command.process.wait(30) != 0
    until(lambda: not any(map(is_alive, processes)))


def test_a_taken_port_gets_a_sentence(manage: Manage, state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = manage("runserver", LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=free_port(), PORT=port, measured=True)
        assert command.process.wait(60) == 1
    assert command.output == (
        f"Port {port} cannot be used (Address already in use). "
        f"Is `make run` running already? Stop what uses it, or choose another: PORT={port + 1} make run\n"
    )


def test_a_second_one_on_another_port_gets_a_sentence(running: tuple[Command, str], manage: Manage, state: Path) -> None:
    second = manage("runserver", LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=0, PORT=free_port(), measured=True)
    assert second.process.wait(60) == 1
    assert second.output.startswith(f"CommandError: The embedded AWS of {state} runs already, for the page of another port. ")
    assert second.output.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process(running: tuple[Command, str], number: signal.Signals) -> None:
    command, _ = running
    processes = command.processes()
    os.killpg(command.process.pid, number)
    until(lambda: command.process.poll() is not None)
    until(lambda: not any(map(is_alive, processes)))
