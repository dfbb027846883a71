"""Attach to the embedded AWS of a folder, or start it as a child of this process: never two on one folder."""

import atexit
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from local.aws.state import LOCK, ROOT, RUNNING, LocalAWSError

ATTACH_SECONDS: Final = 60
"""For another process to finish starting or stopping the server."""
STOP_SECONDS: Final = 20

# LD_PRELOAD and FAKETIME: under faketime both processes have the same clock, or its tokens would be of another year.
_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_PRELOAD")
_INHERITED_PREFIXES: Final = ("COVERAGE_", "PYTHON", "FAKETIME")


def attach_or_start(folder: Path, *, port: int, origins: Sequence[str]) -> dict[str, str]:
    """The variables of the server that keeps its data in `folder`. Raises `LocalAWSError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / LOCK).touch(mode=0o600)
    except OSError as error:
        raise LocalAWSError(f"The local data cannot be kept in {folder} ({error.strerror}): set LOCALAWS_STATE_DIR.") from None
    deadline = time.monotonic() + ATTACH_SECONDS
    while time.monotonic() < deadline:
        if (lock := try_lock(folder)) is not None:
            try:
                return start(folder, port=port, origins=origins, lock=lock)
            finally:
                os.close(lock)  # the server has it too, until it ends
        if (found := running(folder)) is not None:
            return dict(found["variables"])
        time.sleep(0.05)
    raise LocalAWSError(
        f"The embedded AWS of {folder} has been starting or stopping for {ATTACH_SECONDS} s. "
        "Stop the processes that use it, and try again."
    )


def start(folder: Path, *, port: int, origins: Sequence[str], lock: int | None = None) -> dict[str, str]:
    """Start a server for the life of this process, and wait until it is ready: its variables.

    `lock`: the folder's, held by the caller; without it nothing is kept. The server's output goes to our standard error, so
    that codes and complaints appear in this terminal. It runs in a session of its own: Ctrl-C reaches this process first,
    which then stops it. Raises `LocalAWSError`.
    """
    (folder / RUNNING).unlink(missing_ok=True)
    server = subprocess.Popen(  # noqa: S603  # our own module, our own arguments
        [sys.executable, "-m", "local.aws.server", str(folder), str(port), *origins, *(["--in-memory"] if lock is None else [])],
        stdin=subprocess.PIPE,  # the server stops when this process closes it, or ends
        stdout=2,
        cwd=ROOT,
        env=inherited(),
        pass_fds=[] if lock is None else [lock],
        start_new_session=True,
    )
    atexit.register(_stop, server)
    while not (folder / RUNNING).exists():
        if server.poll() is not None:
            raise LocalAWSError(1)  # the server has said why
        time.sleep(0.02)
    variables: dict[str, str] = json.loads((folder / RUNNING).read_text())["variables"]
    return variables


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Let the server save and end."""
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def inherited() -> dict[str, str]:
    """What another process gets of this one's environment: nothing of the shell's that would change what it does."""
    return {name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)}


def try_lock(folder: Path) -> int | None:
    """A file descriptor that holds the folder's lock; None when another process holds it.

    The kernel releases the lock when the last process that holds it ends, after `kill -9` too.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def running(folder: Path) -> dict[str, Any] | None:
    """`{"variables": {…}, "origins": […]}` of the server of `folder`; None when none is ready."""
    try:
        if (lock := try_lock(folder)) is not None:
            os.close(lock)
            return None
        found: dict[str, Any] = json.loads((folder / RUNNING).read_text())
    except (OSError, ValueError):
        return None
    return found


def listen(address: str, port: int, advice: str) -> socket.socket:
    """A listening socket. Raises `LocalAWSError` for a port that cannot be used; `advice`: what to do about it."""
    try:
        return socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=128)
    except OSError as error:
        raise LocalAWSError(f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). {advice}") from None
