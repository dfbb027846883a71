"""Log lines of `make run`, for people."""

import logging

import pytest

from local.logs import ReadableFormatter

FORMATTER = ReadableFormatter("%(message)s %(requestID)s")


def record(message: object, *arguments: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    line = logging.LogRecord("todo.request", level, "", 0, message, arguments, None)
    line.__dict__.update({"requestID": "1-6b", **extra})
    return line


def test_it_works() -> None:
    line = {"message": "request", "status": 200, "route": "GET /api/{owner}/todos", "ms": 12.3}
    assert FORMATTER.format(record(line)) == "200 GET /api/{owner}/todos 12.3 ms 1-6b"


def test_any_other_line_has_its_level() -> None:
    assert FORMATTER.format(record("%d files", 3, level=logging.WARNING, requestID="-")) == "WARNING 3 files"


def test_a_traceback_follows_its_line() -> None:
    line = record("crashed", level=logging.ERROR)
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    line.exc_info = (caught.type, caught.value, caught.tb)
    first, second, *_ = FORMATTER.format(line).splitlines()
    assert (first, second) == ("ERROR crashed 1-6b", "Traceback (most recent call last):")
