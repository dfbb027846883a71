"""What the purge deletes for good, and what it leaves."""

from datetime import timedelta
from typing import Any

import pytest

from files.purge import Summary, purge
from todo_project.aws.dynamodb import client
from todo_project.aws.timestamps import now


@pytest.fixture
def stored(rows: Any, objects: Any, settings: Any) -> Any:
    """How many to-dos, files and objects there are."""
    return lambda: (len(rows(settings.TODOS_TABLE)), len(rows(settings.FILES_TABLE)), len(objects()))


def test_it_works(alice: Any, todo: str, due: Any, stored: Any) -> None:
    alice.attach(todo)
    alice.api.delete(f"/api/me/todos/{todo}")
    assert purge() == Summary()
    due(todo)
    assert stored() == (1, 1, 1)
    assert purge() == Summary(todos=1, files=1)
    assert stored() == (0, 0, 0)
    assert purge() == Summary()


def test_an_empty_store_has_nothing_due(stored: Any) -> None:
    assert purge() == Summary()


def test_what_is_not_in_the_trash_stays(alice: Any, todo: str, stored: Any) -> None:
    alice.attach(todo)
    assert purge(moment=now() + timedelta(days=1000)) == Summary()
    assert stored() == (1, 1, 1)


@pytest.mark.parametrize(("days", "expected"), [(29.9, Summary()), (30.1, Summary(todos=1, files=1))])
def test_a_todo_stays_in_the_trash_for_thirty_days(days: float, expected: Summary, alice: Any, todo: str) -> None:
    alice.attach(todo)
    alice.api.delete(f"/api/me/todos/{todo}")
    assert purge(moment=now() + timedelta(days=days)) == expected


@pytest.mark.parametrize(("days", "expected"), [(29.9, Summary()), (30.1, Summary(files=1))])
def test_a_file_stays_in_the_trash_for_thirty_days(days: float, expected: Summary, alice: Any, todo: str) -> None:
    alice.api.delete(f"/api/{todo}/files/{alice.attach(todo)['fileID']}")
    assert purge(moment=now() + timedelta(days=days)) == expected


@pytest.mark.parametrize(("hours", "expected"), [(23.9, Summary()), (24.5, Summary(files=1))])
def test_an_upload_may_be_pending_for_a_day(hours: float, expected: Summary, alice: Any, arrived: Any) -> None:
    assert purge(moment=now() + timedelta(hours=hours)) == expected


@pytest.mark.parametrize(("minutes", "purged"), [(14, 0), (16, 1)])
def test_a_clock_that_is_wrong_has_a_quarter_of_an_hour(
    minutes: int, purged: int, alice: Any, todo: str, due: Any, problem: Any
) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    due(todo, ago=timedelta(minutes=minutes))
    problem(alice.api.post(f"/api/me/todos/{todo}/restore"), 404, "not-found")
    assert purge() == Summary(todos=purged)


def test_a_pending_upload_goes_with_its_object(todo: str, arrived: Any, due: Any, stored: Any, count: Any) -> None:
    due(todo, arrived["fileID"])
    assert purge() == Summary(files=1)
    assert (stored(), count()) == ((1, 0, 0), 0)


def test_a_pending_upload_without_an_object_goes(todo: str, reserve: Any, due: Any, stored: Any) -> None:
    due(todo, reserve()["fileID"])
    assert purge() == Summary(files=1)
    assert stored() == (1, 0, 0)


def test_a_trashed_file_goes_and_leaves_the_others(alice: Any, todo: str, due: Any, names: Any, count: Any) -> None:
    alice.attach(todo, "kept.txt")
    gone = alice.attach(todo, "gone.txt")["fileID"]
    alice.api.delete(f"/api/{todo}/files/{gone}")
    due(todo, gone)
    assert purge() == Summary(files=1)
    assert (names(), names("?trashed=true"), count()) == (["kept.txt"], [], 1)


def test_a_todo_goes_with_its_files_in_every_state(
    alice: Any, todo: str, arrived: Any, reserve: Any, due: Any, stored: Any
) -> None:
    alice.attach(todo)
    alice.api.delete(f"/api/{todo}/files/{alice.attach(todo)['fileID']}")
    reserve()
    alice.api.delete(f"/api/me/todos/{todo}")
    due(todo)
    assert stored() == (1, 4, 3)
    assert purge() == Summary(todos=1, files=4)
    assert stored() == (0, 0, 0)


def test_objects_go_before_rows_and_rows_before_the_todo(alice: Any, todo: str, due: Any, calls: Any) -> None:
    alice.attach(todo)
    alice.attach(todo)
    alice.api.delete(f"/api/me/todos/{todo}")
    due(todo)
    calls.names.clear()
    purge()
    order = [name for name in calls.names if name.startswith(("Delete", "Get"))]
    assert order == ["GetItem", "DeleteObjects", "DeleteItem", "DeleteItem", "DeleteItem"]


def test_it_reads_what_is_due_and_not_what_is_stored(alice: Any, todo: str, calls: Any) -> None:
    for number in range(5):
        alice.attach(todo, f"{number}.txt")
    calls.names.clear()
    purge()
    assert calls.names == ["Query"] * 16


def test_everybodys_is_purged(alice: Any, bob: Any, stored: Any) -> None:
    for person in (alice, bob):
        person.api.delete(f"/api/me/todos/{person.add()['todoID']}")
    assert purge(moment=now() + timedelta(days=31)) == Summary(todos=2)
    assert stored() == (0, 0, 0)


def test_more_than_one_page_is_purged(alice: Any, todo: str, monkeypatch: Any, stored: Any) -> None:
    for number in range(3):
        alice.attach(todo, f"{number}.txt")
    alice.api.delete(f"/api/me/todos/{todo}")
    query = client().query
    monkeypatch.setattr(type(client()), "query", lambda _, **request: query(**request, Limit=1), raising=False)
    assert purge(moment=now() + timedelta(days=31)) == Summary(todos=1, files=3)
    assert stored() == (0, 0, 0)


def test_more_objects_than_one_call_takes_are_deleted(alice: Any, todo: str, monkeypatch: Any, stored: Any) -> None:
    monkeypatch.setattr("files.storage.DELETE_MAX", 2)
    for number in range(3):
        alice.attach(todo, f"{number}.txt")
    alice.api.delete(f"/api/me/todos/{todo}")
    assert purge(moment=now() + timedelta(days=31)) == Summary(todos=1, files=3)
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("what", ["todo", "file"])
def test_what_came_out_of_the_trash_while_the_index_was_behind_stays(
    what: str, alice: Any, todo: str, calls: Any, stored: Any
) -> None:
    file = alice.attach(todo)["fileID"]
    path = f"/api/me/todos/{todo}" if what == "todo" else f"/api/{todo}/files/{file}"
    alice.api.delete(path)

    calls.meanwhile = ("GetItem", lambda: alice.api.post(f"{path}/restore"))
    assert purge(moment=now() + timedelta(days=31)) == Summary()
    assert (calls.meanwhile, stored()) == (None, (1, 1, 1))


def test_what_another_purge_deleted_meanwhile_is_not_counted(alice: Any, todo: str, calls: Any) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    later = now() + timedelta(days=31)
    calls.meanwhile = ("DeleteItem", lambda: purge(moment=later))
    assert purge(moment=later) == Summary()


def test_what_another_purge_deleted_before_is_left(alice: Any, todo: str, calls: Any) -> None:
    alice.api.delete(f"/api/{todo}/files/{alice.attach(todo)['fileID']}")
    later = now() + timedelta(days=31)
    calls.meanwhile = ("GetItem", lambda: purge(moment=later))
    assert purge(moment=later) == Summary()
    assert calls.names.count("DeleteObjects") == 1
