"""Attachments into the trash and out of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest


def test_it_works(alice: Any, todo: str, names: Any, count: Any, objects: Any) -> None:
    file = alice.attach(todo)
    answer = alice.api.delete(f"/api/{todo}/files/{file['fileID']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (names(), names("?trashed=true"), count()) == ([], ["note.txt"], 0)
    assert len(objects()) == 1
    answer = alice.api.post(f"/api/{todo}/files/{file['fileID']}/restore")
    assert answer.status_code == 200
    body = answer.json()
    assert body == {**file, "filePath": body["filePath"]}
    assert (names(), names("?trashed=true"), count()) == (["note.txt"], [], 1)
    assert httpx.get(body["filePath"]).content == b"hello"


def test_the_trash_shows_the_latest_first(alice: Any, todo: str, names: Any) -> None:
    for file in [alice.attach(todo, name) for name in ("a.txt", "b.txt", "c.txt")]:
        alice.api.delete(f"/api/{todo}/files/{file['fileID']}")
    assert names("?trashed=true") == ["c.txt", "b.txt", "a.txt"]


def test_a_restored_file_is_back_in_its_place(alice: Any, todo: str, names: Any) -> None:
    first = alice.attach(todo, "a.txt")
    alice.attach(todo, "b.txt")
    alice.api.delete(f"/api/{todo}/files/{first['fileID']}")
    alice.api.post(f"/api/{todo}/files/{first['fileID']}/restore")
    assert names() == ["a.txt", "b.txt"]


def test_the_published_delete_is_the_same(alice: Any, todo: str, names: Any, count: Any) -> None:
    file = alice.attach(todo)
    answer = alice.legacy.delete(f"/api/{todo}/files/{file['fileID']}/delete", {"filePath": file["filePath"]})
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert (names(), names("?trashed=true"), count()) == ([], ["note.txt"], 0)


def test_deleting_again_finds_nothing(alice: Any, todo: str, count: Any, problem: Any) -> None:
    kept, file = alice.attach(todo), alice.attach(todo)
    alice.api.delete(f"/api/{todo}/files/{file['fileID']}")
    problem(alice.api.delete(f"/api/{todo}/files/{file['fileID']}"), 404, "not-found")
    assert count() == 1, kept


@pytest.mark.parametrize(("method", "end"), [("delete", ""), ("post", "/restore")])
def test_a_file_that_does_not_exist_is_not_there(method: str, end: str, alice: Any, todo: str, problem: Any) -> None:
    problem(getattr(alice.api, method)(f"/api/{todo}/files/{uuid4()}{end}"), 404, "not-found")


@pytest.mark.parametrize(("method", "end"), [("delete", ""), ("post", "/restore")])
def test_a_pending_upload_is_not_there(method: str, end: str, alice: Any, todo: str, arrived: Any, problem: Any) -> None:
    problem(getattr(alice.api, method)(f"/api/{todo}/files/{arrived['fileID']}{end}"), 404, "not-found")


@pytest.mark.parametrize("trashed_before", [False, True])
@pytest.mark.parametrize(("method", "end"), [("delete", ""), ("post", "/restore")])
def test_a_file_of_a_todo_in_the_trash_is_not_there(
    method: str, end: str, trashed_before: bool, alice: Any, todo: str, problem: Any
) -> None:
    file = alice.attach(todo)
    if trashed_before:
        alice.api.delete(f"/api/{todo}/files/{file['fileID']}")
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(getattr(alice.api, method)(f"/api/{todo}/files/{file['fileID']}{end}"), 404, "not-found")


def test_a_todo_comes_out_of_the_trash_with_its_files(alice: Any, todo: str, names: Any, count: Any) -> None:
    alice.attach(todo, "kept.txt")
    alice.api.delete(f"/api/{todo}/files/{alice.attach(todo, 'gone.txt')['fileID']}")
    alice.api.delete(f"/api/me/todos/{todo}")
    alice.api.post(f"/api/me/todos/{todo}/restore")
    assert (names(), names("?trashed=true"), count()) == (["kept.txt"], ["gone.txt"], 1)


def test_restoring_what_is_not_in_the_trash_changes_nothing(alice: Any, todo: str, count: Any) -> None:
    file = alice.attach(todo)
    answer = alice.api.post(f"/api/{todo}/files/{file['fileID']}/restore")
    assert answer.status_code == 200
    assert {**answer.json(), "filePath": None} == {**file, "filePath": None}
    assert count() == 1


def test_restoring_is_refused_once_it_is_due_to_vanish(alice: Any, todo: str, due: Any, count: Any, problem: Any) -> None:
    file = alice.attach(todo)["fileID"]
    alice.api.delete(f"/api/{todo}/files/{file}")
    due(todo, file)
    problem(alice.api.post(f"/api/{todo}/files/{file}/restore"), 404, "not-found")
    assert count() == 0


def test_deleting_at_once_counts_once(alice: Any, todo: str, count: Any) -> None:
    file, _ = alice.attach(todo)["fileID"], alice.attach(todo)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: alice.api.delete(f"/api/{todo}/files/{file}").status_code, range(4)))
    assert sorted(answers) == [204, 404, 404, 404]
    assert count() == 1


def test_restoring_at_once_counts_once(alice: Any, todo: str, count: Any) -> None:
    file = alice.attach(todo)["fileID"]
    alice.api.delete(f"/api/{todo}/files/{file}")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: alice.api.post(f"/api/{todo}/files/{file}/restore").status_code, range(4)))
    assert answers == [200] * 4
    assert count() == 1


def test_a_files_version_of_a_todo_is_its_own(alice: Any, todo: str) -> None:
    before = alice.api.get(f"/api/me/todos/{todo}").json()
    alice.attach(todo)
    assert alice.api.get(f"/api/me/todos/{todo}").json() == {**before, "attachments": 1}
