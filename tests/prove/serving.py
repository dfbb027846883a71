"""gunicorn as a container runs it, on a canned AWS or none, with tokens of a pool of our own; processes looked at from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from bench import canned
from bench.tokens import Issuer
from local.aws.state import ROOT
from tests.local.users import free_port

OWNED = 20  # to-dos and files that everything read from the stub holds


def wait_until(true: Callable[[], bool], *, seconds: float = 30) -> None:
    """Returns when it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Stubbed:
    """The canned AWS with its key set, and what a container needs to use it."""

    def __init__(self, folder: Path) -> None:
        self.issuer = Issuer()
        self.key_set = folder / "jwks.json"
        self.issuer.write_key_set(self.key_set)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.authorization = {"Authorization": f"Bearer {self.issuer.access_token(OWNED)}"}

    def start(self, *options: str) -> None:
        """Starts to respond; again after a stop, on the same port."""
        command = [sys.executable, "-m", "tests.prove.stub", "--port", str(self.port), "--key-set", str(self.key_set), *options]
        self.process = subprocess.Popen(command, cwd=ROOT)
        wait_until(lambda: answers(f"http://127.0.0.1:{self.port}/calls"))

    def stop(self) -> None:
        """Ends it; the port is refused from now on."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def variables(self) -> dict[str, str]:
        """The container's."""
        return {
            "SECRET_KEY": "a-key-of-this-test-only-and-long-enough",
            "ALLOWED_HOSTS": "127.0.0.1",
            "AWS_REGION": canned.REGION,
            "AWS_ENDPOINT_URL": self.url,
            "TODOS_TABLE": "todos",
            "FILES_TABLE": "files",
            "ATTACHMENTS_BUCKET": "attachments",
            "COGNITO_USER_POOL_ID": canned.POOL,
            "COGNITO_CLIENT_ID": canned.CLIENT,
            "COGNITO_JWKS_URL": f"{self.url}/jwks.json",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LOG_LEVEL": "WARNING",
        }


class BlackHole:
    """Takes connections and never says anything: an AWS that hangs."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def stop(self) -> None:
        """Ends it."""
        self._socket.close()


class Container:
    """One gunicorn with its workers.

    Not the image: starting and stopping it takes half as long again, and `make prove` would need a container engine.
    """

    def __init__(self, service: str, variables: dict[str, str], *, port: int = 0, log: Path | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        machine = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {
            **machine,
            **variables,
            "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{service}",
            "BIND": f"127.0.0.1:{self.port}",
        }
        command = [sys.executable, "-m", "gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi"]
        with (log or Path(os.devnull)).open("ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        wait_until(lambda: answers(f"{self.url}/healthz"))
        wanted = int(variables.get("WEB_CONCURRENCY", "2"))
        wait_until(lambda: len(self.workers()) == wanted)

    def connections(self, worker: int) -> int:
        """How many clients a worker holds."""
        sockets = {str(file.readlink()) for file in Path(f"/proc/{worker}/fd").iterdir() if file.is_symlink()}
        lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        established = "01"
        return sum(
            local.endswith(f":{self.port:04X}") and state == established and f"socket:[{inode}]" in sockets
            for _, local, _, state, *_, inode in (line[:10] for line in lines)
        )

    def workers(self) -> list[int]:
        """Process ids."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return sorted(int(word) for word in children.split())

    def terminate(self) -> None:
        """Sends what ECS sends; it ends when the requests in progress are finished."""
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ends it at once: a worker that is told to while it has much to do may never hear of it."""
        if self.process.poll() is None:
            workers = self.workers()
            self.process.kill()
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        self.process.wait()


def answers(url: str, *, seconds: float = 5) -> bool:
    """Whether it returns 200."""
    try:
        return httpx.get(url, timeout=seconds).status_code == 200
    except httpx.HTTPError:
        return False


def resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def proportional(process: int) -> int:
    """Bytes of memory that a process holds, those that it shares divided among all who share them."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def cpu_seconds(process: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files(process: int) -> int:
    """Files, sockets and pipes that a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
