"""The processes that are measured: started on a free port, asked for their CPU time and memory, ended."""

import http.client
import json
import os
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One started server, its workers included. `ready` is the seconds from exec to its first response."""

    name: str
    port: int
    process: subprocess.Popen[bytes] = field(repr=False)
    ready: float = 0.0

    @classmethod
    def start(
        cls,
        name: str,
        command: list[str],
        *,
        port: int,
        environment: dict[str, str],
        log: Path,
        path: str = "/healthz",
        tree: Path = ROOT,
    ) -> "Server":
        """Starts a server with the code of `tree` and waits until `path` returns 200.

        :raises SystemExit: it did not; the message names its log.
        """
        begun = time.perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=tree,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tree), **environment},
                stdout=output,
                stderr=output,
            )
        server = cls(name, port, process)
        while not server._answers(path):
            if process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                server.stop()
                raise SystemExit(f"{name} did not start; its log is {log}.")
            time.sleep(0.01)
        server.ready = time.perf_counter() - begun
        return server

    def _answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError):
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        return False

    def stop(self) -> None:
        """Ends it and its workers."""
        workers = self.workers()
        self.process.kill()
        self.process.wait()
        for pid in workers:  # a gunicorn worker notices a lost parent after a second; it has nothing left to finish
            with suppress(ProcessLookupError):
                os.kill(pid, 9)

    def workers(self) -> list[int]:
        """Process ids of its children; of itself where it has none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with suppress(OSError):
            # uvicorn's resource tracker is a child, but serves nothing
            pids = [int(pid) for pid in children.read_text().split()]
            return [pid for pid in pids if b"resource_tracker" not in _command(pid)] or [self.process.pid]
        return []

    def cpu(self) -> float:
        """CPU seconds, user and system, that its workers have used."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / _TICKS

    def worker_megabytes(self) -> float:
        """The largest worker's own memory: resident, shared pages included."""
        return max(_status(pid, "VmRSS") for pid in self.workers()) / 1024

    def megabytes(self) -> float:
        """All its memory: pages that several processes share are counted once between them (Pss)."""
        return sum(_pss(pid) for pid in {self.process.pid, *self.workers()}) / 1024


@dataclass
class Caller:
    """A process that makes a request by itself for each line it gets, and says in a line what that took."""

    process: Any = field(repr=False)  # a Popen whose pipes are there
    log: Path

    @classmethod
    def start(cls, command: list[str], environment: dict[str, str], log: Path) -> "Caller":
        """Starts one that appends to the log."""
        environment = {"PATH": os.environ["PATH"], **environment}
        pipe = subprocess.PIPE
        with log.open("ab") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=output, text=True)
        return cls(process, log)

    def __call__(self, request: object) -> dict[str, float]:
        """What a request, which can be written as JSON, took.

        :raises SystemExit: it could not be made; the message names the log, which says why.
        """
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        if not (line := self.process.stdout.readline()):
            raise SystemExit(f"A request could not be measured; the log is {self.log}.")
        taken: dict[str, float] = json.loads(line)
        return taken

    def stop(self) -> None:
        """Ends it."""
        self.process.communicate()


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
