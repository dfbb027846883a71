"""Where a change puts a to-do in the list: what DynamoDB adds up is what follows from the to-do itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from todo_project.aws.dynamodb import client
from todo_project.aws.items import number, string, todo_key
from todos import sort_key

DAYS = [{}, {"dateDue": None}, {"dateDue": "2026-12-24"}]
STATES = [{}, {"completed": False}, {"completed": True}]


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def in_place(person: Any, todo: dict[str, Any]) -> dict[str, Any]:
    """The stored item, whose place is the one that follows from its dates."""
    identifier = UUID(todo["todoID"])
    key = todo_key(person.subject, identifier)
    item: Any = client().get_item(TableName=settings.TODOS_TABLE, Key=key, ConsistentRead=True)["Item"]

    def since(state: int, name: str) -> int:
        return sort_key.position(state, identifier, datetime.fromisoformat(item[name]["S"]))

    undated = since(sort_key.OPEN, "dateCreated")
    schedule = place = undated + sort_key.day(item.get("dateDue"))
    if "dateTrashed" in item:
        schedule = since(sort_key.TRASHED, "dateTrashed")
    elif item["completed"]["BOOL"]:
        schedule = since(sort_key.COMPLETED, "dateCompleted")
    assert [item[name] for name in ("schedule", "place", "undated")] == [number(schedule), number(place), number(undated)]
    return item


@pytest.mark.parametrize("change", [day | state for day, state in product(DAYS, STATES) if day | state])
@pytest.mark.parametrize("before", [day | state for day, state in product([{}, {"dateDue": "2026-11-30"}], STATES[1:])])
def test_it_works(before: dict[str, Any], change: dict[str, Any], alice: Any) -> None:
    todo = alice.add(**before)
    answer = alice.api.patch(url(todo), change)
    assert answer.status_code == 200
    body = answer.json()
    moved = {} if todo | change == todo else {"version": 2, "dateModified": body["dateModified"]}
    if todo["completed"] != body["completed"]:
        moved["dateCompleted"] = body["dateModified"] if body["completed"] else None
    assert body == todo | change | moved
    in_place(alice, todo)


def test_it_is_the_same_after_the_trash(alice: Any) -> None:
    todo = alice.add(dateDue="2026-11-30")
    for state in (True, False):
        alice.api.patch(url(todo), {"completed": state})
        alice.api.delete(url(todo))
        assert int(in_place(alice, todo)["schedule"]["N"]) > sort_key.TRASHED
        alice.api.post(url(todo, "/restore"))
        assert in_place(alice, todo)["completed"] == {"BOOL": state}


def test_it_holds_whoever_comes_between(alice: Any) -> None:
    todo = alice.add()
    changes = [day | state for day, state in product(DAYS, STATES) if day | state] * 4
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda change: alice.api.patch(url(todo), change).status_code, changes))
    assert set(answers) <= {200, 409}
    assert int(in_place(alice, todo)["version"]["N"]) <= answers.count(200) + 1


def test_a_place_fits_into_what_dynamodb_adds_up_exactly() -> None:
    """DynamoDB's numbers have 38 digits, the embedded AWS's 28."""
    assert len(str(sort_key.END - 1)) == 28
    assert sort_key.day(string(str(date.max))) < sort_key.day(None) < sort_key.STATE
