"""What a request about attachments costs: the calls to AWS it makes, in order. docs/reference/benchmarks.md shows this table."""

from typing import Any


def test_a_list_is_two_reads_and_signs_its_urls_alone(alice: Any, todo: str, calls_made: Any) -> None:
    for number in range(3):
        alice.attach(todo, f"{number}.txt")
    calls_made()
    assert len(alice.api.get(f"/api/{todo}/files").json()["files"]) == 3
    assert calls_made() == ["GetItem", "Query"]


def test_a_reservation_is_one_transaction(reserve: Any, todo: str, calls_made: Any) -> None:
    calls_made()
    reserve()
    assert calls_made() == ["TransactWriteItems"]


def test_a_file_through_the_service_is_reserved_put_and_completed(alice: Any, todo: str, calls_made: Any) -> None:
    for _ in range(2):  # the first one makes what is made once a process
        calls_made()
        alice.attach(todo)
        assert calls_made() == ["TransactWriteItems", "PutObject", "TransactWriteItems"]


def test_completing_reads_the_row_looks_at_the_object_and_is_one_transaction(
    alice: Any, todo: str, arrived: Any, calls_made: Any
) -> None:
    calls_made()
    assert alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete").status_code == 200
    assert calls_made() == ["GetItem", "HeadObject", "TransactWriteItems"]


def test_trash_and_restore_are_a_read_and_a_transaction(alice: Any, todo: str, calls_made: Any) -> None:
    file = alice.attach(todo)
    calls_made()
    assert alice.api.delete(f"/api/{todo}/files/{file['fileID']}").status_code == 204
    assert calls_made() == ["GetItem", "TransactWriteItems"]
    assert alice.api.post(f"/api/{todo}/files/{file['fileID']}/restore").status_code == 200
    assert calls_made() == ["GetItem", "TransactWriteItems"]
