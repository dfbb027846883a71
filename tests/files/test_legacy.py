"""The published client's routes for files: its verbs, bodies and responses."""

from typing import Any
from uuid import uuid4

import pytest


def test_it_works(alice: Any, todo: str) -> None:
    file = alice.attach(todo)
    answer = alice.legacy.get(f"/api/{todo}/files")
    assert {key: answer.json()["files"][0][key] for key in ("fileID", "todoID", "fileName")} == {
        "fileID": file["fileID"],
        "todoID": todo,
        "fileName": "note.txt",
    }
    body = {"filePath": file["filePath"]}
    answer = alice.legacy.delete(f"/api/{todo}/files/{file['fileID']}/delete", body)
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})


def test_delete_needs_no_body(alice: Any, todo: str) -> None:
    file = alice.attach(todo)["fileID"]
    assert alice.legacy.delete(f"/api/{todo}/files/{file}/delete").json() == {"status": "success"}


def test_the_path_in_the_body_is_not_used(alice: Any, todo: str, objects: Any) -> None:
    kept, file = alice.attach(todo, "kept.txt"), alice.attach(todo)
    path = f"/api/{todo}/files/{file['fileID']}/delete"
    alice.legacy.delete(path, {"filePath": f"{alice.subject}/{todo}/{kept['fileID']}/kept.txt"})
    assert len(objects()) == 2
    assert [f["fileID"] for f in alice.api.get(f"/api/{todo}/files").json()["files"]] == [kept["fileID"]]


def test_delete_refuses_unknown_fields(alice: Any, todo: str, problem: Any) -> None:
    file = alice.attach(todo)["fileID"]
    [error] = problem(alice.legacy.delete(f"/api/{todo}/files/{file}/delete", {"path": "x"}), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == ("path", "unknown_field")


def test_delete_of_what_does_not_exist_finds_nothing(alice: Any, todo: str, problem: Any) -> None:
    problem(alice.legacy.delete(f"/api/{todo}/files/{uuid4()}/delete", {"filePath": "x"}), 404, "not-found")


@pytest.mark.parametrize("path", ["https://bucket.s3.amazonaws.com/x", "", "../../bob/todo/file/secret.txt"])
def test_registering_a_path_is_refused_and_names_the_safe_route(
    path: str, alice: Any, todo: str, names: Any, problem: Any
) -> None:
    answer = alice.legacy.post(f"/api/{todo}/files/upload", {"fileName": "note.txt", "filePath": path})
    body = problem(answer, 400, "invalid-input")
    assert body["errors"] == [
        {
            "field": "filePath",
            "code": "foreign_path",
            "detail": f"Objects are not registered by path. Reserve an upload with POST /api/{todo}/files instead.",
        }
    ]
    assert names() == []


def test_registering_on_a_todo_in_the_trash_finds_nothing(alice: Any, todo: str, problem: Any) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.legacy.post(f"/api/{todo}/files/upload", {"fileName": "a", "filePath": "b"}), 404, "not-found")
