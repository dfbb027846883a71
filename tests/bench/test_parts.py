"""Each part that the benchmark compares can be left out of the services as they are."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.load import Request
from bench.measure import DEPTHS, PARTS
from bench.processes import Caller
from tests.settings.test_schema import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import io, json, sys
from bench.parts import application
found = {}
for path in sys.argv[1:]:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    environ["wsgi.input"] = io.BytesIO()
    application(environ, lambda status, _: found.update({path: status}))
print(json.dumps(found))
"""


def ask(part: str) -> str:
    """The response to a caller without a token at each depth."""
    environment = {
        **VARIABLES,
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "todo_project.settings.todos",
        "BENCH_WITHOUT": part,
    }
    command = [sys.executable, "-c", ASK, *DEPTHS.values()]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("part", ["", *PARTS[1:]])
def test_it_works(part: str) -> None:
    statuses = dict(zip(DEPTHS.values(), ["200 OK", "200 OK", "401 Unauthorized"], strict=True))
    assert ask(part).strip() == str(statuses).replace("'", '"')


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        ask("nothing")


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    environment = {**VARIABLES, "DJANGO_SETTINGS_MODULE": "todo_project.settings.todos"}
    started = Caller.start([sys.executable, "-m", "bench.parts"], environment, tmp_path / "log")
    yield started
    started.stop()


def test_a_request_is_measured_without_a_server(caller: Caller) -> None:
    for _ in range(2):
        taken = caller(asdict(Request("GET", "/healthz")))
        assert (taken["bytes"], 0 < taken["cpu"] < 50) == (len('{"status": "alive"}'), True)


def test_a_refused_request_is_not_measured_and_the_log_says_why(caller: Caller) -> None:
    with pytest.raises(SystemExit, match=f"the log is {caller.log}"):
        caller(asdict(Request("GET", "/api/me/todos")))
    assert "the statuses of GET /api/me/todos start with {'4'}" in caller.log.read_text()
