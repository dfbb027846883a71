"""The two production processes on this machine, with the variables that their containers get and nothing else."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from local.aws.connection import ROOT
from local.aws.state import LocalAWSError

GRACE_SECONDS: Final = 36
_OF_THE_MACHINE: Final = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
_BOTH: Final = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "AWS_REGION",
    "TODOS_TABLE",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    # what a container on AWS has no need of: its own endpoint, and keys instead of a task role
    "AWS_ENDPOINT_URL",
    "COGNITO_JWKS_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)


@dataclass(frozen=True, slots=True)
class Container:
    """One of the two: its settings module's name, its port, the variables only it gets."""

    name: str
    port: int
    variables: tuple[str, ...]

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Its whole environment, taken from the embedded AWS's variables."""
        own = {name: variables[name] for name in (*_BOTH, *self.variables)}
        machine = {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}
        machine |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        return {
            **machine,
            **own,
            "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{self.name}",
            "BIND": f"127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
        }


def containers(todos_port: int = 8080, files_port: int = 8081) -> tuple[Container, Container]:
    """Both, on their ports."""
    return Container("todos", todos_port, ()), Container("files", files_port, ("FILES_TABLE", "ATTACHMENTS_BUCKET"))


class Processes:
    """Both containers' processes. The output of each comes out line by line, with its name in front."""

    def __init__(self, both: tuple[Container, ...], variables: Mapping[str, str], write: Callable[[str], object]) -> None:
        """Starts them. Raises `LocalAWSError` for a port that is taken."""
        for container in both:
            _refuse_taken(container)
        self._write = write
        self._lock = threading.Lock()
        self._processes = {container: self._start(container, variables) for container in both}

    def _start(self, container: Container, variables: Mapping[str, str]) -> subprocess.Popen[str]:
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi"]
        process = subprocess.Popen(  # noqa: S603  # our own modules
            [sys.executable, "-m", "local.aws.guard", *gunicorn],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=container.environment(variables),
            start_new_session=True,  # Ctrl-C reaches this process, which ends them in order
        )
        threading.Thread(target=self._relay, args=(container, process), daemon=True).start()
        return process

    def _relay(self, container: Container, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            with self._lock:
                self._write(f"{container.name} | {line.rstrip()}")

    def wait(self) -> str:
        """Until one of them ends by itself; the sentence that says which and how."""
        while True:
            for container, process in self._processes.items():
                if (code := process.poll()) is not None:
                    return f"The service {container.name} ended with code {code}; the other one is stopped too."
            time.sleep(0.1)

    def stop(self) -> None:
        """End both: requests in hand are finished first. Killed when that takes longer than gunicorn allows itself."""
        for process in self._processes.values():
            if process.stdin:
                process.stdin.close()
            _signal_group(process, signal.SIGTERM)  # a gunicorn whose guard was killed hears only this
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                _signal_group(process, signal.SIGKILL)
                process.wait()


def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)  # it leads the session it was started in
    except (ProcessLookupError, PermissionError):  # the latter on macOS, for a group of zombies
        return


def _refuse_taken(container: Container) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", container.port))
        except OSError as error:
            raise LocalAWSError(
                f"Port {container.port}, meant for the service {container.name}, cannot be used ({error.strerror}). "
                "Stop the program that has it, or choose another: "
                f"manage.py services --{container.name}-port {container.port + 10}"
            ) from None
