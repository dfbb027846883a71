"""Pages in order, none lost and none doubled, at the same cost however many to-dos are stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from todo_project.aws import dynamodb
from todo_project.aws.timestamps import now
from todos.models import attributes, new_item


def store(owner: str, count: int) -> list[str]:
    """Stores many to-dos at once, every third completed, due dates mixed: their ids as the list has them."""
    todos = []
    for n in range(count):
        day = None if n % 5 == 0 else date(2026, 12, 1) + timedelta(days=n % 40)
        given = attributes({"title": f"to-do {n}", "dateDue": day, "completed": n % 3 == 0})
        todos.append(new_item(owner, uuid4(), given, now() - timedelta(milliseconds=n // 2)))
    for start in range(0, count, 25):
        requests = [{"PutRequest": {"Item": todo}} for todo in todos[start : start + 25]]
        dynamodb.client().batch_write_item(RequestItems={settings.TODOS_TABLE: requests})
    return [todo["todoID"]["S"] for todo in sorted(todos, key=lambda todo: int(todo["schedule"]["N"]))]


def pages(person: Any, url: str) -> Iterator[list[str]]:
    following: str | None = url
    while following:
        answer = person.api.get(following)
        assert answer.status_code == 200, answer.content
        yield [todo["todoID"] for todo in answer.json()["todos"]]
        following = answer.json()["next"]


@contextmanager
def queries(events: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[None]:
    """Collects (request, response) of every Query."""
    client = dynamodb.client()
    sent: list[dict[str, Any]] = []

    def before(params: dict[str, Any], **_: Any) -> None:
        sent.append(dict(params))

    def after(parsed: dict[str, Any], **_: Any) -> None:
        events.append((sent[-1], parsed))

    client.meta.events.register("provide-client-params.dynamodb.Query", before)
    client.meta.events.register("after-call.dynamodb.Query", after)
    try:
        yield
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb.Query", before)
        client.meta.events.unregister("after-call.dynamodb.Query", after)


def test_it_works(alice: Any) -> None:
    expected = store(alice.subject, 7)
    assert list(pages(alice, "/api/me/todos?limit=3")) == [expected[:3], expected[3:6], expected[6:]]


def test_1500_todos_come_in_order_once_each_while_others_are_added_and_completed(alice: Any) -> None:
    expected = store(alice.subject, 1500)
    seen: list[str] = []
    others: list[dict[str, Any]] = []
    for page in pages(alice, "/api/me/todos?limit=100"):
        seen += page
        others += [alice.add("another", dateDue="2026-12-05"), alice.add("one more")]
        alice.api.patch(f"/api/me/todos/{others[-1]['todoID']}", {"completed": True})
    added = {todo["todoID"] for todo in others}
    assert [identifier for identifier in seen if identifier not in added] == expected


def test_a_full_last_page_has_no_next(alice: Any) -> None:
    store(alice.subject, 6)
    assert [len(page) for page in pages(alice, "/api/me/todos?limit=3")] == [3, 3]


def test_a_filter_and_the_page_size_are_kept_from_page_to_page(alice: Any) -> None:
    expected = store(alice.subject, 30)[-10:]  # the completed ones
    found = list(pages(alice, "/api/me/todos?completed=true&limit=4"))
    assert (found[0], list(chain(*found))) == (expected[:4], expected)


@pytest.mark.parametrize("stored", [10, 400])
def test_the_first_page_is_one_consistent_query_of_limit_and_one_items(stored: int, alice: Any) -> None:
    store(alice.subject, stored)
    events: list[tuple[dict[str, Any], dict[str, Any]]] = []
    with queries(events):
        alice.api.get("/api/me/todos?limit=5")
    [(request, answer)] = events
    assert (request["ConsistentRead"], answer["ScannedCount"]) == (True, 6)


@pytest.mark.parametrize("name", ["me", "email", "subject"])
def test_the_next_page_is_the_callers_own_whatever_name_the_first_was_asked_by(name: str, alice: Any) -> None:
    store(alice.subject, 3)
    following = alice.legacy.get(f"/api/{getattr(alice, name, name)}/todos?limit=2").json()["next"]
    assert following.startswith("/api/me/todos?limit=2&cursor=")
    assert len(alice.api.get(following).json()["todos"]) == 1


def test_large_todos_make_shorter_pages_and_none_is_lost(alice: Any) -> None:
    """DynamoDB ends a Query at 1 MB (developer guide, "Paginating table query results")."""
    ids = {alice.add(f"{n}", notes="𝄞" * 40_000)["todoID"] for n in range(9)}
    found = list(pages(alice, "/api/me/todos?limit=9"))
    assert len(found) > 1
    assert sorted(chain(*found)) == sorted(ids)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1_0", "٥", "%D9%A5", "１", "5.0", "+5", "1e1", "0x5"])
def test_a_limit_outside_1_to_100_is_refused(limit: str, alice: Any, problem: Any) -> None:
    body = problem(alice.api.get(f"/api/me/todos?limit={limit}"), 400, "invalid-input")
    assert body["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("query", ["serach=x", "limit=1&limit=2", "completed=maybe", "trashed=true&completed=true", "cursor="])
def test_a_query_that_would_be_misunderstood_is_refused(query: str, alice: Any, problem: Any) -> None:
    problem(alice.api.get(f"/api/me/todos?{query}"), 400, "invalid-input")


def test_a_cursor_does_not_carry_the_owner_and_is_nobody_elses(alice: Any, bob: Any, problem: Any) -> None:
    store(alice.subject, 3)
    store(bob.subject, 3)
    following = alice.api.get("/api/me/todos?limit=2").json()["next"]
    assert alice.subject not in following
    assert alice.email not in following
    body = problem(bob.api.get(following), 400, "invalid-input")
    assert body["errors"][0]["code"] == "invalid_cursor"


def test_a_tampered_cursor_is_refused(alice: Any, problem: Any) -> None:
    store(alice.subject, 3)
    following = alice.api.get("/api/me/todos?limit=2").json()["next"]
    head, cursor = following.split("cursor=")
    changed = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for wrong in (changed, cursor[:-1], "x", cursor.split("%3A")[0]):
        problem(alice.api.get(f"{head}cursor={wrong}"), 400, "invalid-input")


def test_a_cursor_of_another_query_is_refused(alice: Any, problem: Any) -> None:
    store(alice.subject, 9)
    following = alice.api.get("/api/me/todos?limit=2").json()["next"]
    problem(alice.api.get(f"{following}&completed=true"), 400, "invalid-input")


def test_the_position_survives_the_todo_it_names(alice: Any) -> None:
    store(alice.subject, 5)
    first = alice.api.get("/api/me/todos?limit=2").json()
    rest = alice.api.get(first["next"]).json()["todos"]
    alice.api.delete(f"/api/me/todos/{first['todos'][-1]['todoID']}")
    assert alice.api.get(first["next"]).json()["todos"] == rest
    assert alice.api.get(f"/api/me/todos/{first['todos'][-1]['todoID']}").status_code == 404
