"""What attachments cost in capacity units, worked out from DynamoDB's rules: the embedded AWS counts transactions too low.

Rules: Amazon DynamoDB developer guide, "Capacity unit consumption for write operations" and "Local secondary indexes": 1 KB
written to a table or an index is 1 unit; an entry that moves is deleted and written; in a transaction everything is prepared and
then committed, so it is twice that. docs/reference/benchmarks.md shows these figures, for items of up to 1 KB.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from tests.telemetry.log import lines
from todo_project.aws import dynamodb

KEYS = {"todos": ("userID", "todoID"), "files": ("todoKey", "fileID")}
# By index: the attributes that place an entry, and whether it holds all of its item.
INDEXES = {
    "todos": ((("schedule",), True), (("purgeShard", "purgeAfter"), False)),
    "files": ((("listing",), True), (("purgeShard", "purgeAfter"), False)),
}
CHECK = 1


def everything() -> dict[Any, dict[str, Any]]:
    """All items of both tables, by table and key."""
    found = {}
    for table, name in (("todos", settings.TODOS_TABLE), ("files", settings.FILES_TABLE)):
        for item in dynamodb.client().scan(TableName=name)["Items"]:
            found[(table, *(item[key]["S"] for key in KEYS[table]))] = item
    return found


def units(table: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> int:
    """What writing one item takes outside a transaction."""
    taken = 1
    for attributes, holds_all in INDEXES[table]:
        was, will = (item and [item.get(name) for name in attributes] for item in (before, after))
        was, will = (place if place and None not in place else None for place in (was, will))
        if was == will:
            taken += bool(was) and holds_all
        else:
            taken += bool(was) + bool(will)
    return taken


@pytest.fixture
def written() -> Iterator[Callable[[], int]]:
    """The units of the transactions since it was last asked."""
    state = {"items": everything(), "checks": 0}
    client = dynamodb.client()

    def note(params: dict[str, Any], **_: Any) -> None:
        state["checks"] += sum("ConditionCheck" in item for item in params["TransactItems"])

    client.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", note)

    def since() -> int:
        before, after = state["items"], everything()
        changed = [key for key in before | after if before.get(key) != after.get(key)]
        taken = 2 * (sum(units(key[0], before.get(key), after.get(key)) for key in changed) + CHECK * state["checks"])
        state.update(items=after, checks=0)
        return taken

    yield since
    client.meta.events.unregister("before-parameter-build.dynamodb.TransactWriteItems", note)


def test_a_reservation(todo: str, reserve: Any, written: Any) -> None:
    written()
    reserve()
    assert written() == 6


def test_a_completion(alice: Any, todo: str, arrived: Any, written: Any) -> None:
    written()
    alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert written() == 10


def test_the_trash_and_the_way_back(alice: Any, todo: str, written: Any) -> None:
    file = alice.attach(todo)
    written()
    alice.api.delete(f"/api/{todo}/files/{file['fileID']}")
    assert written() == 12
    alice.api.post(f"/api/{todo}/files/{file['fileID']}/restore")
    assert written() == 12


def test_a_list_reads_the_todo_and_its_attachments(alice: Any, todo: str) -> None:
    alice.attach(todo)
    with lines() as told:
        alice.api.get(f"/api/{todo}/files")
    [line] = told()
    assert (line["readUnits"], line.get("writeUnits", 0)) == (2, 0)
