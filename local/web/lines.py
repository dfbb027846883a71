"""Lines of the services' log on this machine: the file they are kept in, and how they look to people."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

LIMIT: Final = 5 * 1024 * 1024
"""Bytes of the file; the one before it is kept beside it, and none that is older."""

_RED, _YELLOW, _GREY, _END = "\x1b[31m", "\x1b[33m", "\x1b[90m", "\x1b[0m"
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_QUIET: Final = frozenset({"DEBUG", "INFO"})


def log_file(state_directory: Path) -> Path:
    """Where `make run` and `make services` write, one JSON object a line."""
    return state_directory / "services.log"


def append(path: Path, line: str, limit: int = LIMIT) -> None:
    """Adds a line. Any number of processes may do so at once; what cannot be written is left out, for no request waits for it."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size >= limit:
                _turn(path, descriptor)
                os.close(descriptor)
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)


def _turn(path: Path, descriptor: int) -> None:
    """The full file becomes the one before, unless another process is just doing so or has done it."""
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            path.replace(path.with_name(f"{path.name}.1"))


def is_error(line: dict[str, Any]) -> bool:
    """A warning, an error, or an answer 4xx or 5xx."""
    return line.get("level", "INFO") not in _QUIET or line.get("status", 0) >= _CLIENT_ERROR


def readable(line: dict[str, Any], *, colours: bool = False) -> str:
    """A line as people read it: time, service, what happened, ids; a stack trace indented below it.

    `10:27:20,123 todos 200 GET /api/{owner}/todos  12.3 ms, 1 call, 8 read units  1-6b04…`
    """
    paint = _painted if colours else _plain
    status = line.get("status") if line.get("logger") == "todo.request" else None
    happened = _request(line) if status else f"{line.get('level', 'INFO'):7} {line.get('message', '')}"
    if is_error(line):
        severe = (status or 0) >= _SERVER_ERROR or line.get("level") in {"ERROR", "CRITICAL"}
        happened = paint(happened, _RED if severe else _YELLOW)
    ids = " ".join(line[name] for name in ("requestID", "apiRequestID") if line.get(name, "-") != "-")
    head = f"{str(line.get('time') or '')[11:]:12} {line.get('service') or '':5} {happened}  {paint(ids, _GREY)}".rstrip()
    trace = "".join(f"\n    {row}" for row in str(line.get("exc_info") or "").splitlines())
    return head + trace


def _request(line: dict[str, Any]) -> str:
    # What no route answers has no template, and its path holds ids: the method is all there is.
    route = f"{line['method']} (no route)" if line["route"] == "other" else line["route"]
    return f"{line['status']} {route}  {', '.join(_costs(line))}"


def _costs(line: dict[str, Any]) -> Iterator[str]:
    yield f"{line['ms']} ms"
    for name, noun in (("calls", "call"), ("readUnits", "read unit"), ("writeUnits", "write unit")):
        if count := line.get(name):
            yield f"{count:g} {noun}{'' if count == 1 else 's'}"


def _painted(text: str, colour: str) -> str:
    return f"{colour}{text}{_END}" if text else ""


def _plain(text: str, _colour: str) -> str:
    return text
