"""How a log line looks to people, and the file that the services' lines are kept in."""

import logging
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from local.web.lines import append, readable
from local.web.logs import FileHandler, ReadableFormatter
from todo_project.telemetry.logging import RequestIdFilter

REQUEST = {
    "time": "2026-11-23 10:27:20,123",
    "level": "INFO",
    "logger": "todo.request",
    "message": "request",
    "service": "todos",
    "requestID": "1-67891233-abcdef012345678912345678",
    "apiRequestID": "JKJaXmPLvHcESHA=",
    "method": "GET",
    "route": "GET /api/{owner}/todos",
    "status": 200,
    "ms": 12.3,
    "calls": 1,
    "readUnits": 8.0,
    "writeUnits": 0.5,
}


def test_it_works() -> None:
    assert readable(REQUEST) == (
        "10:27:20,123 todos 200 GET /api/{owner}/todos  12.3 ms, 1 call, 8 read units, 0.5 write units  "
        "1-67891233-abcdef012345678912345678 JKJaXmPLvHcESHA="
    )


def test_what_no_route_answers_says_its_method() -> None:
    assert "404 GET (no route)  1 ms" in readable({**REQUEST, "route": "other", "status": 404, "ms": 1})


def test_a_stack_trace_is_below_its_line_indented() -> None:
    line = {**REQUEST, "logger": "django.request", "level": "ERROR", "message": "crashed", "exc_info": "Traceback:\n  File x"}
    assert readable(line).splitlines()[1:] == ["    Traceback:", "      File x"]
    assert " ERROR   crashed  1-678" in readable(line)


@pytest.mark.parametrize(
    ("change", "colour"),
    [
        ({"status": 404}, "\x1b[33m"),
        ({"status": 503}, "\x1b[31m"),
        ({"logger": "x", "level": "WARNING"}, "\x1b[33m"),
        ({"logger": "x", "level": "CRITICAL"}, "\x1b[31m"),
    ],
)
def test_colours_only_where_they_are_asked_for(change: dict[str, Any], colour: str) -> None:
    assert colour in readable({**REQUEST, **change}, colours=True)
    assert "\x1b" not in readable({**REQUEST, **change})


@pytest.mark.parametrize("line", [{}, {"message": "x"}, {"status": 200}, {"service": None, "time": ""}])
def test_a_line_of_another_make_is_shown_as_far_as_it_goes(line: dict[str, Any]) -> None:
    assert isinstance(readable(line), str)


def test_the_terminal_of_make_run_shows_the_same() -> None:
    record = logging.LogRecord("todo.purge", logging.INFO, "", 0, "purged %s to-dos", (3,), None)
    record.fields = {"service": "purge"}
    RequestIdFilter().filter(record)
    assert ReadableFormatter().format(record).endswith(" purge INFO    purged 3 to-dos")


def test_the_file_is_bounded_and_its_last_lines_are_there(tmp_path: Path) -> None:
    path = tmp_path / "services.log"
    for number in range(100):
        append(path, f"{number:09d}", limit=200)
    before = path.with_name("services.log.1")
    assert {each.name for each in tmp_path.iterdir()} == {path.name, before.name}
    assert max(path.stat().st_size, before.stat().st_size) <= 200
    assert (before.read_text() + path.read_text()).split() == [f"{number:09d}" for number in range(60, 100)]


def add(path: Path, name: str) -> None:
    for number in range(200):
        append(path, f"{name}{number:08d}", limit=100_000)


def test_processes_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "services.log"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=add, args=(path, name)) for name in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    wanted = {f"{name}{number:08d}" for name in "abc" for number in range(200)}
    assert sorted(path.read_text().splitlines()) == sorted(wanted)


@pytest.mark.parametrize("broken", ["folder", "nothing"])
def test_a_file_that_cannot_be_written_stops_nobody(broken: str, tmp_path: Path) -> None:
    path = tmp_path / "services.log" if broken == "folder" else tmp_path / "removed" / "services.log"
    if broken == "folder":
        path.mkdir()
    append(path, "x")
    handler = FileHandler(path)
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "x", None, None))


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    append(tmp_path / "services.log", "x")
    assert (tmp_path / "services.log").stat().st_mode & 0o777 == 0o600
