"""What a request costs: the calls to AWS it makes, the items they read, and the capacity units they take.

docs/reference/benchmarks.md shows this table; another call or another unit is a decision, not an accident.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.telemetry.log import lines
from todo_project.aws import dynamodb
from todos import repository


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


VERSION = {"If-Match": '"1"'}

# Units are of an item of up to 1 KB. A consistent read of 4 KB is one unit, and so is a write of 1 KB; a write that moves an item
# in the index bySchedule deletes its old entry there and makes a new one.
ONE_CALL: dict[str, tuple[Callable[[Any, Any], Any], list[str]]] = {
    "list": (lambda api, _: api.get("/api/me/todos"), ["Query"]),
    "list completed": (lambda api, _: api.get("/api/me/todos?completed=true"), ["Query"]),
    "list the trash": (lambda api, _: api.get("/api/me/todos?trashed=true"), ["Query"]),
    "search": (lambda api, _: api.get("/api/me/todos?search=milk"), ["Query"]),
    "read": (lambda api, todo: api.get(url(todo)), ["GetItem"]),
    "create": (lambda api, _: api.post("/api/me/todos", {"title": "x"}), ["PutItem"]),
    "change texts": (lambda api, todo: api.patch(url(todo), {"title": "x", "notes": "y"}, headers=VERSION), ["UpdateItem"]),
    "change texts, any version": (lambda api, todo: api.patch(url(todo), {"title": "x"}), ["UpdateItem"]),
    "delete": (lambda api, todo: api.delete(url(todo), headers=VERSION), ["UpdateItem"]),
    "delete, any version": (lambda api, todo: api.delete(url(todo)), ["UpdateItem"]),
    "stale change": (lambda api, todo: api.patch(url(todo), {"title": "x"}, headers={"If-Match": '"9"'}), ["UpdateItem"]),
    "complete": (lambda api, todo: api.patch(url(todo), {"completed": True}, headers=VERSION), ["UpdateItem"]),
    "change the day": (lambda api, todo: api.patch(url(todo), {"dateDue": "2026-12-24"}), ["UpdateItem"]),
    "star": (lambda api, todo: api.patch(url(todo), {"starred": True}), ["UpdateItem"]),
    "take the day away": (lambda api, todo: api.patch(url(todo), {"dateDue": None}), ["UpdateItem"]),
    "change all": (
        lambda api, todo: api.patch(url(todo), {"title": "x", "completed": True, "dateDue": "2026-12-24"}),
        ["UpdateItem"],
    ),
}

OTHERS: dict[str, tuple[Callable[[Any, Any], Any], list[str]]] = {
    "open what is open": (lambda api, todo: api.patch(url(todo), {"completed": False}), ["UpdateItem"]),
    "change nothing": (lambda api, todo: api.patch(url(todo), {"title": "Buy milk"}), ["UpdateItem"]),
    "an empty change": (lambda api, todo: api.patch(url(todo), {}), ["GetItem"]),
    "change the day of what is completed": (
        lambda api, todo: [api.patch(url(todo), {"completed": True}), api.patch(url(todo), {"dateDue": "2026-12-24"})],
        ["UpdateItem", "UpdateItem", "UpdateItem"],
    ),
    "change a text, and state what is": (
        lambda api, todo: api.patch(url(todo), {"title": "x", "completed": False}),
        ["UpdateItem", "UpdateItem"],
    ),
    "complete what repeats": (
        lambda api, todo: [api.patch(url(todo), {"repeats": "daily"}), api.patch(url(todo), {"completed": True})],
        ["UpdateItem", "UpdateItem", "TransactWriteItems"],
    ),
    "complete and let repeat": (
        lambda api, todo: api.patch(url(todo), {"completed": True, "repeats": "daily"}),
        ["GetItem", "TransactWriteItems"],
    ),
    "restore what is not in the trash": (lambda api, todo: api.post(url(todo, "/restore")), ["GetItem"]),
}


@pytest.mark.parametrize("name", [*ONE_CALL, *OTHERS])
def test_it_makes_exactly_these_calls(name: str, alice: Any, calls_made: Any) -> None:
    act, wanted = (ONE_CALL | OTHERS)[name]
    todo = alice.add("Buy milk")
    calls_made()
    act(alice.api, todo)
    assert calls_made() == wanted


# Read and write units, as the request's own line tells them. The embedded AWS counts index entries as DynamoDB does, but not what
# transactions cost (those of attachments) nor what a write that was refused took.
UNITS = {
    "list": (1, 0),
    "list completed": (1, 0),
    "list the trash": (1, 0),
    "search": (1, 0),
    "read": (1, 0),
    "create": (0, 2),
    "change texts": (0, 2),
    "change texts, any version": (0, 2),
    "delete": (0, 4),
    "delete, any version": (0, 4),
    "complete": (0, 3),
    "change the day": (0, 3),
    "change all": (0, 3),
}


@pytest.mark.parametrize("name", list(UNITS))
def test_it_takes_exactly_these_units(name: str, alice: Any) -> None:
    act, _ = (ONE_CALL | OTHERS)[name]
    todo = alice.add("Buy milk")
    with lines() as written:
        act(alice.api, todo)
    [line] = written()
    assert (line.get("readUnits", 0), line.get("writeUnits", 0)) == UNITS[name]


def test_a_restore_reads_first(alice: Any, calls_made: Any) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    calls_made()
    assert alice.api.post(url(todo, "/restore")).status_code == 200
    assert calls_made() == ["GetItem", "UpdateItem"]


def test_nothing_is_asked_for_a_caller_without_a_token(anonymous: Any, calls_made: Any) -> None:
    anonymous.get("/api/me/todos")
    assert calls_made() == []


@pytest.fixture
def scanned() -> Iterator[list[int]]:
    """How many items each Query read."""
    read: list[int] = []
    client = dynamodb.client()

    def note(parsed: Any, **_: Any) -> None:
        read.append(parsed["ScannedCount"])

    client.meta.events.register("after-call.dynamodb.Query", note)
    yield read
    client.meta.events.unregister("after-call.dynamodb.Query", note)


@pytest.mark.parametrize("stored", [3, 40])
def test_the_first_page_reads_one_item_more_than_it_shows_however_many_are_stored(
    stored: int, alice: Any, scanned: list[int]
) -> None:
    for number in range(stored):
        alice.add(f"{number}")
    assert len(alice.api.get("/api/me/todos?limit=10").json()["todos"]) == min(stored, 10)
    assert scanned == [min(stored, 11)]


def test_a_search_reads_no_more_than_its_budget(alice: Any, scanned: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "SEARCH_BUDGET", 12)
    monkeypatch.setattr(repository, "_SEARCH_READ", 5)
    for number in range(30):
        alice.add(f"{number}")
    answer = alice.api.get("/api/me/todos?search=nowhere").json()
    assert (answer["todos"], answer["next"] is not None) == ([], True)
    assert sum(scanned) <= 15
    assert len(scanned) == 3
