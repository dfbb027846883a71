"""The purge stopped anywhere, or failing anywhere, and run again: nothing is orphaned, nothing goes too early."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings

from files import storage
from files.purge import Summary, purge
from tests.files.calls import Stopped
from todo_project.aws import dynamodb

EVERYTHING = Summary(todos=1, files=5)


@pytest.fixture
def scene(alice: Any, reserve: Any, send: Any, todo: str, due: Any) -> Any:
    """A due to-do with a listed, a trashed and a pending file; a to-do that stays, with a due trashed, a due pending and a
    listed file. Returns a function that puts all of it back."""
    gone = alice.add("Gone")["todoID"]
    alice.attach(gone, "listed.txt")
    alice.api.delete(f"/api/{gone}/files/{alice.attach(gone, 'trashed.txt')['fileID']}")
    pending = alice.api.post(f"/api/{gone}/files", {"fileName": "pending.txt", "contentType": "text/plain", "size": 5}).json()
    send(pending["upload"])
    alice.api.delete(f"/api/me/todos/{gone}")
    due(gone)
    alice.attach(todo, "kept.txt")
    trashed = alice.attach(todo, "trashed.txt")["fileID"]
    alice.api.delete(f"/api/{todo}/files/{trashed}")
    due(todo, trashed)
    pending = reserve("pending.txt")
    send(pending["upload"])
    due(todo, pending["fileID"])
    kept = {name: dynamodb.client().scan(TableName=name)["Items"] for name in (settings.TODOS_TABLE, settings.FILES_TABLE)}
    keys = storage.client().list_objects_v2(Bucket=settings.ATTACHMENTS_BUCKET)["Contents"]

    def put_back() -> None:
        for table, items in kept.items():
            for item in items:
                dynamodb.client().put_item(TableName=table, Item=item)
        for key in keys:
            storage.client().put_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=key["Key"], Body=b"hello")

    return put_back


@pytest.fixture
def check(alice: Any, todo: str, rows: Any, objects: Any) -> Any:
    """Asserts that every object has its row and every row its to-do, or (`done`) that only what stays is left."""

    def call(*, done: bool = False) -> None:
        todos = {f"{row['userID']['S']}#{row['todoID']['S']}" for row in rows(settings.TODOS_TABLE)}
        files = rows(settings.FILES_TABLE)
        keys = {f"{r['todoKey']['S'].replace('#', '/')}/{r['fileID']['S']}/{r['fileName']['S']}" for r in files}
        assert {row["todoKey"]["S"] for row in files} <= todos
        assert objects() <= keys
        assert {row["fileName"]["S"] for row in files} >= {"kept.txt"}
        if done:
            assert todos == {f"{alice.subject}#{todo}"}
            assert [row["fileName"]["S"] for row in files] == ["kept.txt"]
            assert objects() == keys

    return call


def test_it_works(scene: Any, check: Any) -> None:
    assert purge() == EVERYTHING
    check(done=True)


def test_a_dry_run_says_the_same_and_deletes_nothing(scene: Any, calls: Any) -> None:
    assert purge(dry_run=True) == EVERYTHING
    assert calls.deletions == 0
    assert purge() == EVERYTHING


def test_stopped_after_any_deletion_the_next_run_finishes(scene: Any, check: Any, calls: Any) -> None:
    purge()
    total = calls.deletions
    assert total == 9
    for deletion in range(1, total + 1):
        scene()
        calls.names.clear()
        calls.stop_after = deletion
        with pytest.raises(Stopped):
            purge()
        calls.stop_after = None
        check()
        purge()
        check(done=True)


def test_failing_at_any_deletion_the_others_go_on_and_the_next_run_finishes(scene: Any, check: Any, calls: Any) -> None:
    for deletion in range(1, 10):
        scene()
        calls.names.clear()
        calls.fail_at = deletion
        assert purge().failures == 1
        calls.fail_at = None
        check()
        assert purge().failures == 0
        check(done=True)


def test_two_at_once_do_no_harm(scene: Any, check: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: purge(), range(2))
    assert (first.todos + second.todos, first.failures + second.failures) == (1, 0)
    check(done=True)


def test_an_object_that_s3_could_not_delete_keeps_its_row(scene: Any, check: Any, monkeypatch: Any) -> None:
    refused = {"Errors": [{"Key": "x", "Code": "InternalError"}]}
    with monkeypatch.context() as patch:
        patch.setattr(type(storage.client()), "delete_objects", lambda *_, **__: refused, raising=False)
        assert purge() == Summary(failures=3)
    assert purge() == EVERYTHING
    check(done=True)


def test_a_row_that_cannot_be_read_does_not_stop_the_others(scene: Any, rows: Any) -> None:
    [broken] = [row for row in rows(settings.TODOS_TABLE) if "purgeAfter" in row]
    dynamodb.client().put_item(TableName=settings.TODOS_TABLE, Item={**broken, "todoID": {"S": "no id"}})
    assert purge() == Summary(todos=1, files=5, failures=1)
