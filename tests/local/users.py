"""Processes that use an embedded AWS of their own state directory, as `manage.py` does."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Correct-horse-9"
SITE = "http://127.0.0.1:8000"

# Attaches or starts like a settings module, prints what it got, and stays until its standard input ends.
USER = """
import json, sys
from pathlib import Path
from local import aws
directory = None if sys.argv[1] == "in-memory" else Path(sys.argv[1])
variables = aws.environment(state_dir=directory, port=int(sys.argv[2]), site_origins=[sys.argv[3]])
print(json.dumps(variables), flush=True)
sys.stdin.read()
"""


OURS = ("AWS_", "LOCALAWS_", "DJANGO_", "COGNITO_", "TODOS_", "FILES_", "ATTACHMENTS_", "SECRET_", "ALLOWED_", "PYTEST_")


def clean_environment(*, measured: bool = False, **extra: object) -> dict[str, str]:
    """The environment of a person's shell: nothing of this test process's own embedded AWS.

    `measured`: whether coverage counts the process's lines, which makes it twice as slow to start.
    """
    ours = OURS if measured else (*OURS, "COVERAGE_")
    shell = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**shell, **{name: str(value) for name, value in extra.items()}}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
    return value


def status_of(port: int, path: str) -> int | None:
    """The status of a response from 127.0.0.1; None without one. Cheap enough to ask again and again."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def is_alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        if Path("/proc/self/stat").exists():
            return False
    # not Linux
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def descendants(process: int) -> list[int]:
    """A process and all that it started."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in table.splitlines())}
    found = [process]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


@dataclass
class User:
    """A process that uses the embedded AWS of `directory`."""

    directory: Path
    process: subprocess.Popen[str]
    variables: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def server(self) -> int:
        """The process id of the embedded AWS, if this process started it."""
        return descendants(self.process.pid)[1]

    @property
    def port(self) -> int:
        return int(self.variables["AWS_ENDPOINT_URL"].rpartition(":")[2])

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded AWS, one for each service."""
        if service not in self.clients:
            self.clients[service] = self._client(service)
        return self.clients[service]

    def _client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            region_name=self.variables["AWS_REGION"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(signature_version="s3v4") if service == "s3" else None,
        )

    def put(self, todo_id: str) -> None:
        """Write a row."""
        item = {"userID": {"S": "alice"}, "todoID": {"S": todo_id}}
        self.client("dynamodb").put_item(TableName=self.variables["TODOS_TABLE"], Item=item)

    def rows(self) -> set[str]:
        """The ids of all rows written by `put`."""
        items = self.client("dynamodb").scan(TableName=self.variables["TODOS_TABLE"])["Items"]
        return {item["todoID"]["S"] for item in items}

    def stop(self) -> str:
        """End it as Ctrl-D would; what it wrote to standard error."""
        _, errors = self.process.communicate(timeout=30)
        return errors

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.communicate(timeout=30)


Begin = Callable[..., User]


def attached(user: User) -> User:
    """The user once it has printed its variables."""
    assert user.process.stdout
    line = user.process.stdout.readline()
    assert line, user.process.communicate(timeout=30)[1]
    user.variables = json.loads(line)
    return user


def refused(user: User) -> str:
    """The one sentence that a user ended with."""
    output, errors = user.process.communicate(timeout=60)
    assert (user.process.returncode, output) == (1, "")
    assert "Traceback" not in errors
    return errors.strip()


@dataclass
class Command:
    """A running `manage.py` command in a session of its own, its output in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text()

    def interrupt(self) -> int:
        """Ctrl-C: SIGINT to its process group, as a terminal sends it; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(40)

    def processes(self) -> list[int]:
        """It and all its descendants."""
        return descendants(self.process.pid)
