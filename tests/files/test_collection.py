"""The attachments of a to-do."""

from typing import Any
from uuid import uuid4

import httpx
import pytest


def test_it_works(alice: Any, todo: str, count: Any) -> None:
    attached = [alice.attach(todo, name) for name in ("b.txt", "a.txt", "c.txt")]
    listed = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert [{**file, "filePath": None} for file in listed] == [{**file, "filePath": None} for file in attached]
    assert [httpx.get(file["filePath"]).content for file in listed] == [b"hello"] * 3
    assert count() == 3


def test_a_todo_without_attachments_has_an_empty_list(alice: Any, todo: str) -> None:
    assert alice.api.get(f"/api/{todo}/files").json() == {"files": []}


def test_the_list_shows_one_todos_own_only(alice: Any, todo: str, names: Any) -> None:
    alice.attach(alice.add("Other")["todoID"], "other.txt")
    alice.attach(todo, "mine.txt")
    assert names() == ["mine.txt"]


def test_two_files_may_have_the_same_name(alice: Any, todo: str) -> None:
    first, second = alice.attach(todo, content=b"first"), alice.attach(todo, content=b"second")
    listed = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert [file["fileID"] for file in listed] == [first["fileID"], second["fileID"]]
    assert [httpx.get(file["filePath"]).content for file in listed] == [b"first", b"second"]


def test_a_todo_that_does_not_exist_has_no_list(alice: Any, problem: Any) -> None:
    problem(alice.api.get(f"/api/{uuid4()}/files"), 404, "not-found")


@pytest.mark.parametrize("query", ["", "?trashed=true"])
def test_a_todo_in_the_trash_has_no_list(query: str, alice: Any, todo: str, problem: Any) -> None:
    alice.attach(todo)
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.get(f"/api/{todo}/files{query}"), 404, "not-found")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("trashed=perhaps", "trashed", "invalid"),
        ("limit=5", "limit", "unknown_field"),
        ("trashed=true&trashed=false", "trashed", "repeated"),
    ],
)
def test_a_query_is_refused(query: str, field: str, code: str, alice: Any, todo: str, problem: Any) -> None:
    [error] = problem(alice.api.get(f"/api/{todo}/files?{query}"), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_other_methods_are_named(alice: Any, todo: str, problem: Any) -> None:
    answer = alice.api.put(f"/api/{todo}/files", {})
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_nothing_on_the_way_keeps_an_answer(alice: Any, todo: str) -> None:
    assert alice.api.get(f"/api/{todo}/files").headers["Cache-Control"] == "no-store"


def test_an_address_that_is_no_id_is_nothing(alice: Any, problem: Any) -> None:
    answer = alice.api.get("/api/not-an-id/files")
    assert problem(answer, 404, "not-found")["detail"] == "There is nothing at this address."
