"""A saved state that cannot be read is never replaced by an empty one."""

import json
from pathlib import Path

import pytest

from local.aws import state as states
from local.aws.state import LocalAWSError, State
from tests.local.users import Begin, refused, until


@pytest.fixture
def two_saves(tmp_path: Path) -> Path:
    """A folder with a previous save ("old") and a newest one ("new")."""
    for word in ("old", "new"):
        states.save(tmp_path, State({"word": word}))
    return tmp_path


def test_it_works(two_saves: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert states.load(two_saves) == State({"word": "new"})
    assert capsys.readouterr().err == ""


def test_a_truncated_state_falls_back_to_the_last_good_copy_and_says_so(begin: Begin, state: Path) -> None:
    first = begin(state)
    first.put("early")
    until(lambda: '"early"' in (state / "state.json").read_text())
    first.put("late")
    first.stop()
    newest = state / "state.json"
    newest.write_bytes(newest.read_bytes()[:-100])

    second = begin(state)
    assert second.rows() == {"early"}
    assert second.stop() == (
        f"{newest} cannot be read: using the save before it. The damaged file is kept as {state / 'state.damaged.json'}.\n"
    )
    assert (state / "state.damaged.json").exists()


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff\xfe", b'{"services": {}'])
def test_each_damage_falls_back(two_saves: Path, damage: bytes) -> None:
    (two_saves / "state.json").write_bytes(damage)
    assert states.load(two_saves) == State({"word": "old"})


def test_a_missing_newest_save_falls_back_too(two_saves: Path) -> None:
    (two_saves / "state.json").unlink()
    assert states.load(two_saves) == State({"word": "old"})


def test_a_new_folder_is_empty(tmp_path: Path) -> None:
    assert states.load(tmp_path) == State()


def test_two_damaged_saves_are_refused_and_left_alone(begin: Begin, state: Path) -> None:
    for name in ("state.json", "state.previous.json"):
        (state / name).write_text("damaged")
    sentence = refused(begin(state, wait=False))
    assert sentence.startswith(f"Neither {state / 'state.json'} nor {state / 'state.previous.json'} can be read")
    assert sentence.endswith("or delete the local data: make reset")
    assert (state / "state.json").read_text() == "damaged"


def test_a_save_of_another_version_is_refused(two_saves: Path) -> None:
    newest = two_saves / "state.json"
    newest.write_text(json.dumps({**json.loads(newest.read_text()), "ministack": "1.4.0"}))
    with pytest.raises(LocalAWSError, match=r"MiniStack 1\.4\.0 wrote the local data in .*Nothing was changed.*make reset"):
        states.load(two_saves)
