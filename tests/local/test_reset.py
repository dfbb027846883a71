"""`make reset` deletes the local data, after asking and only when nobody uses it."""

import io
from pathlib import Path

import pytest

from local import reset
from local.aws.state import LocalAWSError
from tests.local.users import Begin


@pytest.fixture
def answer(state: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("LOCALAWS_STATE_DIR", str(state))
    monkeypatch.delenv("YES", raising=False)
    return monkeypatch


def test_it_works(state: Path, answer: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer.setattr("sys.stdin", io.StringIO("yes\n"))
    reset.main()
    assert not state.exists()
    assert capsys.readouterr().out == (
        f"This deletes all local accounts, to-dos and attachments in {state}. Type yes to go on: "
        "Deleted. The next `make run` starts empty.\n"
    )


def test_after_it_a_start_is_empty(begin: Begin, state: Path, answer: pytest.MonkeyPatch) -> None:
    first = begin(state)
    first.put("deleted")
    first.stop()
    answer.setenv("YES", "1")
    reset.main()
    assert begin(state).rows() == set()


@pytest.mark.parametrize("text", ["no\n", "\n", "", "y\n"])
def test_anything_but_yes_deletes_nothing(state: Path, answer: pytest.MonkeyPatch, text: str) -> None:
    answer.setattr("sys.stdin", io.StringIO(text))
    with pytest.raises(SystemExit, match="Nothing was deleted"):
        reset.main()
    assert (state / "state.json").exists()


def test_it_is_refused_while_the_server_runs(begin: Begin, state: Path) -> None:
    user = begin(state)
    user.put("kept")
    with pytest.raises(LocalAWSError, match=r"is running\. Nothing was deleted: stop `make run` first"):
        reset.delete(state)
    assert user.rows() == {"kept"}


def test_there_is_nothing_to_delete(tmp_path: Path, answer: pytest.MonkeyPatch) -> None:
    answer.setenv("LOCALAWS_STATE_DIR", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match="There is no local data to delete"):
        reset.main()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(LocalAWSError, match="does not look like local data"):
        reset.delete(tmp_path)
    assert (tmp_path / "thesis.txt").exists()
