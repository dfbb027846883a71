"""Attach to the embedded AWS of a state directory, or start it: never two on one directory, never a stranger's."""

import atexit
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.aws.state import LocalAWSError, StateDirectory, ministack_version

ROOT: Final = Path(__file__).resolve().parents[2]
"""The checkout: the server is started here, so that it finds this package."""

START_SECONDS: Final = 60
STOP_SECONDS: Final = 20

# Of the starter's environment the server gets these only: no real AWS account, no option of MiniStack by accident.
_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
_INHERITED_PREFIXES: Final = ("COVERAGE_", "PYTHON")


@dataclass(frozen=True, slots=True)
class Connection:
    """A running server, kept alive by this process. `identity` is its answer when it was found (server.py)."""

    port: int
    identity: Mapping[str, Any]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, name: str, value: object) -> dict[str, Any]:
        """POST JSON to one of the server's own addresses; answers its identity after that."""
        return request(self.port, "POST", f"/_localaws/{name}", json.dumps(value))


def request(port: int, method: str, path: str, body: str | None = None, *, seconds: float = START_SECONDS) -> dict[str, Any]:
    """One request to an own address of a server on 127.0.0.1.

    Raises `OSError` when nobody answers and `ValueError` when the answer is not one of ours.
    """
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        client.request(method, path, body)
        answer = client.getresponse()
        text = answer.read()
    except http.client.HTTPException as error:
        raise ValueError(str(error)) from None
    finally:
        client.close()
    if answer.status != http.client.OK:
        raise ValueError(f"{answer.status}: {text[:200]!r}")
    found = json.loads(text)
    if not isinstance(found, dict) or "stateDirectory" not in found:
        raise ValueError("an answer of another kind")
    return found


def connect(directory: StateDirectory, *, port: int, origins: Sequence[str]) -> Connection:
    """Attach to the server of `directory`, or start it on `port`. Call it inside `directory.starting()`.

    A server that runs already keeps its port. Raises `LocalAWSError`.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        lock = directory.try_lock("running.lock")
        if lock is not None:
            try:
                return start(directory, port=port, origins=origins, lock=lock)
            finally:
                os.close(lock)  # the server holds its own copy
        if (connection := _attach(directory)) is not None:
            return connection
        time.sleep(0.05)  # it is shutting down: it saves, and then the lock is free
    process = (directory.running_server() or {}).get("pid", "unknown")
    raise LocalAWSError(
        f"The embedded AWS of {directory.path} runs (process {process}) but does not answer. "
        "Stop that process and try again; at most the last 5 seconds of writes are lost."
    )


def _attach(directory: StateDirectory) -> Connection | None:
    """The running server, now held by this process too; None when there is none that stays."""
    running = directory.running_server()
    if running is None:
        return None
    try:
        lease = os.open(directory.lease, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        identity = request(running["port"], "GET", "/_localaws/identity", seconds=10)
    except (OSError, ValueError):
        os.close(lease)
        return None
    if identity["stateDirectory"] != str(directory.path):
        os.close(lease)
        return None
    if identity["ministack"] != ministack_version():
        os.close(lease)
        raise LocalAWSError(
            f"The embedded AWS that runs is MiniStack {identity['ministack']}, but {ministack_version()} is installed by now. "
            "Stop what started it (Ctrl-C in the terminal of `make run`) and start again."
        )
    return Connection(running["port"], identity)  # the lease stays open until this process ends


def is_served(directory: StateDirectory) -> bool:
    """Whether the server of `directory` answers, and is not just ending."""
    running = directory.running_server()
    try:
        return running is not None and bool(request(running["port"], "GET", "/_localaws/identity", seconds=5))
    except (OSError, ValueError):
        return False


def start(directory: StateDirectory, *, port: int, origins: Sequence[str], lock: int | None = None) -> Connection:
    """Start a server as a child of this process, for its life. `port` 0: a free one; no `lock`: in memory, removed at the end.

    The child is in a session of its own, so that Ctrl-C reaches this process first, which then ends it.
    """
    listener = _listen(port)
    port = listener.getsockname()[1]
    arguments = ["--state-dir", str(directory.path), "--socket", str(listener.fileno())]
    arguments += [word for origin in origins for word in ("--origin", origin)]
    arguments += ["--in-memory"] if lock is None else []
    with listener, directory.log.open("w") as log:
        process = subprocess.Popen(  # noqa: S603  # our own module, our own arguments
            [sys.executable, "-m", "local.aws.server", *arguments],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=_environment(),
            pass_fds=[listener.fileno()] if lock is None else [listener.fileno(), lock],
            start_new_session=True,
        )
    child = _Child(process, directory)
    atexit.register(child.stop)
    try:
        identity = request(port, "GET", "/_localaws/identity")
    except (OSError, ValueError):
        raise LocalAWSError(child.last_words()) from None
    child.watch()
    return Connection(port, identity)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise LocalAWSError(f"{_who_holds(port, error)} Stop it, or choose another port: LOCALAWS_PORT={port + 1}") from None
    listener.listen(128)
    return listener


def _who_holds(port: int, error: OSError) -> str:
    try:
        other = request(port, "GET", "/_localaws/identity", seconds=3)
    except ValueError:
        return f"Port {port}, meant for the embedded AWS, is used by another program."
    except OSError:
        return f"Port {port}, meant for the embedded AWS, cannot be used ({error.strerror})."
    return (
        f"Port {port}, meant for the embedded AWS, is used by the one of {other['stateDirectory']} (process {other['pid']}), "
        "another checkout."
    )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)}


class _Child:
    """The server process as its starter sees it."""

    def __init__(self, process: subprocess.Popen[bytes], directory: StateDirectory) -> None:
        self._process = process
        self._directory = directory
        self._owner = os.getpid()
        self._stopping = False

    def stop(self) -> None:
        """Let go of it and wait: it saves and ends, unless another process holds the lease; then it goes on without us."""
        if os.getpid() != self._owner:
            return  # a fork of the starter: not ours to end
        self._stopping = True
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(0.5) > 0:
                    sys.stderr.write(f"{self._last_line()}\n")
                return
            if is_served(self._directory):
                return  # although we let go: others use it
        self._process.kill()
        self._process.wait()

    def last_words(self) -> str:
        """The sentence for a server that ended before it answered."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        reason = self._last_line()
        return (
            reason
            if reason.endswith("make reset")
            else f"The embedded AWS did not start: {reason} (more in {self._directory.log})"
        )

    def _last_line(self) -> str:
        """What it said last."""
        try:
            lines = self._directory.log.read_text(errors="replace").split("\n")
        except OSError:
            lines = []
        return next((line for line in reversed(lines) if line.strip()), f"it ended with code {self._process.poll()}")

    def watch(self) -> None:
        """Say so in this terminal when it ends before we do."""

        def wait() -> None:
            self._process.wait()
            if not self._stopping:
                sys.stderr.write(
                    f"\nThe embedded AWS ended unexpectedly (its log: {self._directory.log}). "
                    "What was written until 5 seconds ago is kept: press Ctrl-C and start again.\n"
                )

        threading.Thread(target=wait, name="localaws-watch", daemon=True).start()
