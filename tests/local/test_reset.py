"""`make reset` forgets the local data, after asking and only when nobody uses it."""

import io
from pathlib import Path

import pytest

from local.aws import reset
from local.aws.state import LocalAWSError
from tests.local.users import Begin


def run(state: Path, *arguments: str) -> None:
    reset.main(["--state-dir", str(state), *arguments])


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_it_works(state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer(monkeypatch, "yes\n")
    run(state)
    assert not state.exists()
    assert "Type yes to go on" in capsys.readouterr().out


def test_after_it_a_start_is_empty(begin: Begin, state: Path) -> None:
    first = begin(state)
    first.put("forgotten")
    first.stop()
    run(state, "--yes")
    assert begin(state).rows() == set()


@pytest.mark.parametrize("text", ["no\n", "\n", "", "y\n"])
def test_anything_but_yes_removes_nothing(state: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    answer(monkeypatch, text)
    with pytest.raises(SystemExit, match="Nothing was removed"):
        run(state)
    assert (state / "state.json").exists()


def test_it_is_refused_while_the_server_runs(begin: Begin, state: Path) -> None:
    user = begin(state)
    user.put("kept")
    with pytest.raises(LocalAWSError, match=rf"running \(process {user.server}\)\. Nothing was removed: stop what uses it"):
        run(state, "--yes")
    assert user.rows() == {"kept"}


def test_there_is_nothing_to_forget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "state", "--yes")
    assert capsys.readouterr().out == "There is no local data to forget.\n"


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(LocalAWSError, match="does not look like local data"):
        run(tmp_path, "--yes")
    assert (tmp_path / "thesis.txt").exists()
