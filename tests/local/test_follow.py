"""`make logs`: the last lines, then those that come, filtered as asked."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from local.web import follow
from local.web.lines import append, log_file
from tests.local.test_lines import REQUEST

ROOT = Path(__file__).parents[2]


def write(directory: Path, **change: Any) -> None:
    append(log_file(directory), json.dumps({**REQUEST, **change}))


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """What is shown of the lines that are there."""

    def call(*arguments: str) -> list[str]:
        assert follow.main(["--state-dir", str(tmp_path), "--no-follow", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    return call


def test_it_works(tmp_path: Path, shown: Any) -> None:
    for status in (200, 404):
        write(tmp_path, status=status)
    assert [line.split()[2] for line in shown()] == ["200", "404"]


def test_one_request_by_either_of_its_ids(tmp_path: Path, shown: Any) -> None:
    write(tmp_path, status=201, requestID="a", apiRequestID="b")
    write(tmp_path)
    assert [line.split()[2] for line in shown("--request", "a")] == ["201"]
    assert shown("--request", "a") == shown("--request", "b")
    assert shown("--request", "c") == []


def test_errors_alone(tmp_path: Path, shown: Any) -> None:
    for change in ({}, {"status": 404}, {"status": 500}, {"logger": "x", "level": "WARNING", "status": 0}):
        write(tmp_path, **change)
    assert [line.split()[2] for line in shown("--errors")] == ["404", "500", "WARNING"]


def test_json_is_what_was_written(tmp_path: Path, shown: Any) -> None:
    write(tmp_path)
    assert shown("--json") == [json.dumps(REQUEST)]


def test_the_last_ones_of_the_file_before_too(tmp_path: Path, shown: Any) -> None:
    write(tmp_path, status=201)
    log_file(tmp_path).rename(tmp_path / "services.log.1")
    for status in (202, 203):
        write(tmp_path, status=status)
    assert [line.split()[2] for line in shown()] == ["201", "202", "203"]
    assert [line.split()[2] for line in shown("--last", "2")] == ["202", "203"]
    assert shown("--last", "0") == []


def test_what_is_no_json_is_shown_as_it_is(tmp_path: Path, shown: Any) -> None:
    append(log_file(tmp_path), "Traceback {")
    assert shown()[0].endswith("Traceback {")


def test_lines_of_an_environment_on_aws(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `aws logs tail --format short` prints them, with a time in front."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"2026-11-23T10:27:21 {json.dumps(REQUEST)}\n"))
    assert shown("-")[0].startswith("10:27:20,123 todos 200 GET ")


def test_nothing_there_yet_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert follow.main(["--state-dir", str(tmp_path), "--no-follow"]) == 1
    assert "`make run` and `make services` write it" in capsys.readouterr().err


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A follower in a process of its own, started before there is a file; gives the next line it shows."""
    command = [sys.executable, "-m", "local.web.follow", "--state-dir", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines: Queue[str] = Queue()
    assert process.stdout
    assert process.stderr
    reader = Thread(target=lambda: [lines.put(line) for line in process.stdout or ()])
    assert "Nothing is logged yet" in process.stderr.readline()
    reader.start()
    yield lambda: lines.get(timeout=30)
    process.terminate()
    process.wait(30)
    reader.join(30)
    process.stdout.close()
    process.stderr.close()


def test_it_follows_through_a_new_file_and_a_removed_one(tmp_path: Path, following: Any) -> None:
    write(tmp_path, status=201)
    assert " 201 " in following()
    write(tmp_path, status=202)
    log_file(tmp_path).rename(tmp_path / "services.log.1")
    write(tmp_path, status=203)
    assert " 202 " in following()
    assert " 203 " in following()
    for path in tmp_path.iterdir():
        path.unlink()
    write(tmp_path, status=204)
    assert " 204 " in following()
