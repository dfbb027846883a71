"""A saved state that cannot be read is never replaced by an empty one."""

import json
from pathlib import Path

import pytest

from local.aws import snapshots
from local.aws.snapshots import Snapshot
from local.aws.state import LocalAWSError
from tests.local.users import Begin, refused, until


def as_is(value: object) -> object:
    return value


@pytest.fixture
def two_saves(tmp_path: Path) -> Path:
    """A directory with a previous save ("old") and a newest one ("new")."""
    for word in ("old", "new"):
        snapshots.save(tmp_path, snapshots.encode(Snapshot({"word": word}), as_is))
    return tmp_path


def test_it_works(two_saves: Path) -> None:
    assert snapshots.load(two_saves, dict) == (Snapshot({"word": "new"}), [])


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
    sentence = second.stop()
    assert "cannot be used (it is truncated or altered); going on with the one before it" in sentence
    assert len(list(state.glob("state.damaged-*.json"))) == 1


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (b"", "its header cannot be read"),
        (b"{}\n{}", "its header cannot be read"),
        (b"\xff\xfe", "it is not text"),
    ],
)
def test_each_damage_is_named(two_saves: Path, damage: bytes, reason: str) -> None:
    (two_saves / "state.json").write_bytes(damage)
    snapshot, notices = snapshots.load(two_saves, dict)
    assert snapshot.services == {"word": "old"}
    assert reason in notices[0]
    assert "The damaged one is kept as" in notices[0]


def test_a_save_of_another_version_is_not_read(two_saves: Path) -> None:
    newest = two_saves / "state.json"
    head, _, payload = newest.read_text().partition("\n")
    newest.write_text(json.dumps({**json.loads(head), "ministack": "1.0.0"}) + "\n" + payload)
    snapshot, notices = snapshots.load(two_saves, dict)
    assert snapshot.services == {"word": "old"}
    assert "it was written by MiniStack 1.0.0" in notices[0]


def test_a_missing_newest_save_falls_back_too(two_saves: Path) -> None:
    (two_saves / "state.json").unlink()
    snapshot, notices = snapshots.load(two_saves, dict)
    assert snapshot.services == {"word": "old"}
    assert "it is missing" in notices[0]


def test_a_new_directory_is_empty_without_a_word(tmp_path: Path) -> None:
    assert snapshots.load(tmp_path, dict) == (Snapshot(), [])


def test_two_damaged_saves_are_refused_and_left_alone(two_saves: Path) -> None:
    for name in ("state.json", "state.previous.json"):
        (two_saves / name).write_text("damaged")
    with pytest.raises(LocalAWSError, match=r"Nothing was changed\..*make reset"):
        snapshots.load(two_saves, dict)
    assert (two_saves / "state.json").read_text() == "damaged"


def test_only_the_damaged_newest_is_refused(two_saves: Path) -> None:
    (two_saves / "state.json").write_text("damaged")
    (two_saves / "state.previous.json").unlink()
    with pytest.raises(LocalAWSError, match=r"nor the one before it.*\(it is missing\)"):
        snapshots.load(two_saves, dict)


def test_the_process_ends_with_the_sentence(begin: Begin, state: Path) -> None:
    for name in ("state.json", "state.previous.json"):
        (state / name).write_text("damaged")
    sentence = refused(begin(state, wait=False))
    assert sentence.startswith("The saved state ")
    assert sentence.endswith("or forget the local data: make reset")
