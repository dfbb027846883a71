"""Deleted for good: a to-do of the trash, and everything that a person has."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from todo_project.aws.items import todo_key
from todo_project.aws.timestamps import now
from todos import repository

EVERYTHING = "/api/me/todos?everything=true"


def url(todo: dict[str, Any], suffix: str = "?trashed=true") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


@pytest.fixture
def trashed(alice: Any) -> dict[str, Any]:
    """A to-do of Alice's in the trash."""
    todo: dict[str, Any] = alice.add()
    alice.api.delete(url(todo, ""))
    return todo


def test_it_works(alice: Any, trashed: dict[str, Any]) -> None:
    other = alice.add("Another")
    alice.api.delete(url(other, ""))
    assert alice.api.delete(url(trashed)).status_code == 204
    assert [todo["todoID"] for todo in alice.api.get("/api/me/todos?trashed=true").json()["todos"]] == [other["todoID"]]


def test_it_cannot_be_restored(alice: Any, trashed: dict[str, Any], problem: Any) -> None:
    alice.api.delete(url(trashed))
    problem(alice.api.post(url(trashed, "/restore")), 404, "not-found")


def test_twice_is_not_there(alice: Any, trashed: dict[str, Any], problem: Any) -> None:
    alice.api.delete(url(trashed))
    problem(alice.api.delete(url(trashed)), 404, "not-found")


def test_what_is_not_in_the_trash_stays(alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.delete(url(todo)), 404, "not-found")
    assert alice.api.get(url(todo, "")).json() == todo


def test_what_never_was_is_not_there(alice: Any, problem: Any) -> None:
    problem(alice.api.delete(url({"todoID": UUID(int=1)})), 404, "not-found")


def test_another_version_than_expected_stays(alice: Any, trashed: dict[str, Any], problem: Any) -> None:
    problem(alice.api.delete(url(trashed), headers={"If-Match": '"1"'}), 412, "stale-version")
    assert alice.api.delete(url(trashed), headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("query", ["?trashed=perhaps", "?completed=true", "?trashed=true&trashed=true"])
def test_another_query_changes_nothing(query: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.delete(url(todo, query)), 400, "invalid-input")
    assert alice.api.get(url(todo, "")).json() == todo


def test_everything_waits_for_the_purge(alice: Any, settings: Any) -> None:
    """Until then it is there: tokens of a deleted account are valid for up to an hour, and what they add has to go too."""
    todo, asked = alice.add(), now()
    assert alice.api.delete(EVERYTHING).status_code == 204
    assert alice.api.get(url(todo, "")).json() == todo
    item = repository.client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(alice.subject, "everything"))["Item"]
    due = datetime.fromtimestamp(int(item["purgeAfter"]["N"]), UTC)
    assert timedelta(hours=3, seconds=-1) <= due - asked < timedelta(hours=3, minutes=1)


def test_no_list_shows_that_everything_waits(alice: Any) -> None:
    alice.api.delete(EVERYTHING)
    for query in ("", "?trashed=true", "?search=everything"):
        assert alice.api.get(f"/api/me/todos{query}").json() == {"todos": [], "next": None}


@pytest.mark.parametrize("query", ["", "?everything=false", "?everything=1", "?trashed=true"])
def test_without_saying_so_nothing_is_deleted(query: str, alice: Any, problem: Any, settings: Any) -> None:
    problem(alice.api.delete(f"/api/me/todos{query}"), 400, "invalid-input")
    assert "Item" not in repository.client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(alice.subject, "everything"))


def test_a_missing_parameter_is_named(alice: Any) -> None:
    [error] = alice.api.delete("/api/me/todos").json()["errors"]
    assert error == {
        "field": "everything",
        "code": "required",
        "detail": "This deletes every to-do and attachment for good. If you mean it, add everything=true.",
    }
