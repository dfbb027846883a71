"""What a request about attachments costs: the calls to AWS it makes, in order. docs/benchmarks.md shows this table."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from files import storage
from todo_project.aws import dynamodb


@pytest.fixture
def calls() -> Iterator[Callable[[], list[str]]]:
    """The calls to DynamoDB and S3 since it was last asked, in order."""
    made: list[str] = []
    clients = (dynamodb.client(), storage.client())

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    for client in clients:
        client.meta.events.register("before-call", note)

    def since() -> list[str]:
        told = list(made)
        made.clear()
        return told

    yield since
    for client in clients:
        client.meta.events.unregister("before-call", note)


def test_a_list_is_two_reads_and_signs_its_urls_alone(alice: Any, todo: str, calls: Any) -> None:
    for number in range(3):
        alice.attach(todo, f"{number}.txt")
    calls()
    assert len(alice.api.get(f"/api/{todo}/files").json()["files"]) == 3
    assert calls() == ["GetItem", "Query"]


def test_a_reservation_is_one_transaction(reserve: Any, todo: str, calls: Any) -> None:
    calls()
    reserve()
    assert calls() == ["TransactWriteItems"]


def test_completing_reads_the_row_looks_at_the_object_and_is_one_transaction(
    alice: Any, todo: str, arrived: Any, calls: Any
) -> None:
    calls()
    assert alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete").status_code == 200
    assert calls() == ["GetItem", "HeadObject", "TransactWriteItems"]


def test_trash_and_restore_are_a_read_and_a_transaction(alice: Any, todo: str, calls: Any) -> None:
    file = alice.attach(todo)
    calls()
    assert alice.api.delete(f"/api/{todo}/files/{file['fileID']}").status_code == 204
    assert calls() == ["GetItem", "TransactWriteItems"]
    assert alice.api.post(f"/api/{todo}/files/{file['fileID']}/restore").status_code == 200
    assert calls() == ["GetItem", "TransactWriteItems"]
