"""Into the trash and out of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from todo_project.aws import dynamodb, timestamps
from todo_project.aws.items import PURGE_INDEX, purge_shard
from todos import services


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def test_it_works(alice: Any) -> None:
    todo = alice.add("Buy milk", dateDue="2026-12-24")
    assert alice.api.delete(url(todo)).status_code == 204
    assert alice.api.get("/api/me/todos").json()["todos"] == []
    [trashed] = alice.api.get("/api/me/todos?trashed=true").json()["todos"]
    assert trashed == {**todo, "version": 2, "dateModified": trashed["dateModified"]}
    restored = alice.api.post(url(todo, "/restore"))
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert restored.json() == {**todo, "version": 3, "dateModified": restored.json()["dateModified"]}
    assert alice.api.get("/api/me/todos").json()["todos"] == [restored.json()]
    assert alice.api.get("/api/me/todos?trashed=true").json()["todos"] == []


def test_a_completed_todo_comes_back_completed(alice: Any) -> None:
    todo = alice.add(completed=True)
    alice.api.delete(url(todo))
    assert alice.api.post(url(todo, "/restore")).json()["completed"] is True


def test_the_latest_trashed_comes_first(alice: Any) -> None:
    todos = [alice.add(title) for title in ("a", "b", "c")]
    for todo in (todos[1], todos[0], todos[2]):
        alice.api.delete(url(todo))
    assert [t["title"] for t in alice.api.get("/api/me/todos?trashed=true").json()["todos"]] == ["c", "a", "b"]


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_what_is_in_the_trash_is_not_there(method: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    problem(getattr(alice.api, method)(url(todo)), 404, "not-found")


def test_restoring_what_is_not_in_the_trash_changes_nothing(alice: Any) -> None:
    todo = alice.add()
    assert alice.api.post(url(todo, "/restore")).json() == todo


def test_restoring_what_never_was_is_refused(alice: Any, problem: Any) -> None:
    problem(alice.api.post(f"/api/me/todos/{UUID(int=1)}/restore"), 404, "not-found")


def test_it_stays_for_thirty_days_and_not_a_moment_longer(alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    trashed_at = timestamps.now()
    monkeypatch.setattr(services, "now", lambda: trashed_at + timedelta(days=30))
    problem(alice.api.post(url(todo, "/restore")), 404, "not-found")
    monkeypatch.setattr(services, "now", lambda: trashed_at + timedelta(days=29, hours=23))
    assert alice.api.post(url(todo, "/restore")).status_code == 200


def test_the_purge_index_knows_what_is_in_the_trash_and_nothing_else(alice: Any, settings: Any) -> None:
    todo = alice.add()
    identifier = UUID(todo["todoID"])

    def indexed() -> list[dict[str, Any]]:
        return dynamodb.client().query(
            TableName=settings.TODOS_TABLE,
            IndexName=PURGE_INDEX,
            KeyConditionExpression="purgeShard = :shard",
            ExpressionAttributeValues={":shard": {"N": str(purge_shard(identifier))}},
        )["Items"]

    assert indexed() == []
    alice.api.delete(url(todo))
    assert [item["todoID"]["S"] for item in indexed()] == [todo["todoID"]]
    alice.api.post(url(todo, "/restore"))
    assert indexed() == []
