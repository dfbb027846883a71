"""The purge of everything that a person has, who asked for that."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from files import storage
from files.purge import Summary, purge
from todo_project.aws.timestamps import now

EVERYTHING = "/api/me/todos?everything=true"


@pytest.fixture
def stored(rows: Any, objects: Any, settings: Any) -> Any:
    """How many to-dos, files and objects there are."""
    return lambda: (len(rows(settings.TODOS_TABLE)), len(rows(settings.FILES_TABLE)), len(objects()))


def later() -> Any:
    """When what is deleted now is due, and what is in the trash is not."""
    return now() + timedelta(hours=4)


def test_it_works(alice: Any, todo: str, reserve: Any, stored: Any) -> None:
    """To-dos, listed, in the trash and deleted, with attachments in every state."""
    alice.attach(todo)
    alice.api.delete(f"/api/{todo}/files/{alice.attach(todo)['fileID']}")
    reserve()
    for last in ("", "?trashed=true"):
        gone = alice.add()["todoID"]
        alice.attach(gone)
        alice.api.delete(f"/api/me/todos/{gone}")
        if last:
            alice.api.delete(f"/api/me/todos/{gone}{last}")
    assert alice.api.delete(EVERYTHING).status_code == 204
    assert purge() == Summary()
    assert purge(moment=later()) == Summary(todos=3, files=5)
    assert stored() == (0, 0, 0)
    assert purge(moment=later()) == Summary()


def test_what_others_have_stays(alice: Any, bob: Any, todo: str, stored: Any) -> None:
    kept = bob.add()["todoID"]
    bob.attach(kept)
    alice.api.delete(EVERYTHING)
    assert purge(moment=later()) == Summary(todos=1)
    assert stored()[:2] == (1, 1)
    [file] = bob.api.get(f"/api/{kept}/files").json()["files"]
    assert httpx.get(file["filePath"]).status_code == 200


def test_what_was_added_afterwards_goes_too(alice: Any, stored: Any) -> None:
    alice.api.delete(EVERYTHING)
    alice.attach(alice.add()["todoID"])
    assert purge(moment=later()) == Summary(todos=1, files=1)
    assert stored() == (0, 0, 0)


def test_a_person_without_a_to_do_leaves_nothing(alice: Any, stored: Any) -> None:
    alice.api.delete(EVERYTHING)
    assert purge(moment=later()) == Summary()
    assert stored() == (0, 0, 0)


def test_a_dry_run_counts_and_keeps_all(alice: Any, todo: str, stored: Any) -> None:
    alice.attach(todo)
    alice.api.delete(EVERYTHING)
    assert purge(moment=later(), dry_run=True) == Summary(todos=1, files=1)
    assert stored() == (2, 1, 1)


def test_stopped_half_way_the_next_run_finds_the_rest(
    alice: Any, todo: str, stored: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.attach(todo)
    alice.add()
    alice.api.delete(EVERYTHING)

    def broken(_: list[str]) -> None:
        raise OSError("no S3")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete", broken)
        assert purge(moment=later()).failures == 1
    assert purge(moment=later()).failures == 0
    assert stored() == (0, 0, 0)
