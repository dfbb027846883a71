"""Reserving a direct upload."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

NOTE = {"fileName": "note.txt", "contentType": "text/plain", "size": 5}


def policy_of(upload: dict[str, Any]) -> dict[str, Any]:
    return json.loads(base64.b64decode(upload["fields"]["policy"]))


def test_it_works(alice: Any, todo: str, send: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files", NOTE)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/api/{todo}/files/{body['fileID']}"
    assert body == {
        "fileID": body["fileID"],
        "todoID": todo,
        "fileName": "note.txt",
        "contentType": "text/plain",
        "size": 5,
        "dateCreated": body["dateCreated"],
        "filePath": None,
        "upload": body["upload"],
    }
    assert send(body["upload"]).status_code == 204


def test_the_form_is_bound_to_key_size_and_type_for_an_hour(alice: Any, todo: str, reserve: Any) -> None:
    reserved = reserve()
    key = f"{alice.subject}/{todo}/{reserved['fileID']}/note.txt"
    policy = policy_of(reserved["upload"])
    assert ["content-length-range", 5, 5] in policy["conditions"]
    assert {"key": key} in policy["conditions"]
    assert ["eq", "$Content-Type", "text/plain"] in policy["conditions"]
    life = datetime.fromisoformat(policy["expiration"]) - datetime.fromisoformat(reserved["dateCreated"])
    assert timedelta(minutes=59) < life < timedelta(minutes=61)


def test_the_form_ends_an_hour_before_the_purge_may_come(todo: str, reserve: Any, due: Any) -> None:
    first = reserve(**{"Idempotency-Key": "k"})
    due(todo, first["fileID"], ago=timedelta(minutes=-70))
    again = reserve(**{"Idempotency-Key": "k"})
    life = datetime.fromisoformat(policy_of(again["upload"])["expiration"]) - datetime.fromisoformat(first["dateCreated"])
    assert timedelta(minutes=9) < life < timedelta(minutes=11)


def test_a_pending_upload_is_not_listed(names: Any, count: Any, reserve: Any) -> None:
    reserve()
    assert (names(), names("?trashed=true"), count()) == ([], [], 0)


@pytest.mark.parametrize("content", [b"", b"hell", b"hello!"])
def test_another_size_does_not_get_in(content: bytes, reserve: Any, send: Any, objects: Any) -> None:
    assert send(reserve()["upload"], content).status_code == 400
    assert objects() == set()


def test_another_type_does_not_get_in(reserve: Any, send: Any, objects: Any) -> None:
    assert send(reserve()["upload"], **{"Content-Type": "text/html"}).status_code == 403
    assert objects() == set()


def test_another_key_does_not_get_in(alice: Any, reserve: Any, send: Any, objects: Any) -> None:
    assert send(reserve()["upload"], key=f"{alice.subject}/elsewhere").status_code == 403
    assert objects() == set()


def test_what_the_form_does_not_name_does_not_get_in(reserve: Any, send: Any, objects: Any) -> None:
    assert send(reserve()["upload"], acl="public-read").status_code == 403
    assert objects() == set()


def test_a_form_that_has_ended_lets_nothing_in(reserve: Any, send: Any, objects: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("files.storage.UPLOAD_LIFE", -1)
    assert send(reserve()["upload"]).status_code == 403
    assert objects() == set()


def test_an_empty_file_can_be_reserved(reserve: Any, send: Any) -> None:
    assert send(reserve(size=0)["upload"], b"").status_code == 204


def test_a_hundred_megabytes_can_be_reserved(reserve: Any) -> None:
    assert reserve(size=100 * 1024**2)["size"] == 104_857_600


def test_a_byte_more_cannot(alice: Any, todo: str, problem: Any) -> None:
    body = problem(alice.api.post(f"/api/{todo}/files", {**NOTE, "size": 100 * 1024**2 + 1}), 400, "invalid-input")
    assert body["errors"] == [{"field": "size", "code": "max_value", "detail": "A file may have 100 MB at most."}]


@pytest.mark.parametrize(
    ("size", "code"),
    [
        (-1, "min_value"),
        ("many", "invalid"),
        (None, "null"),
        (1.5, "invalid"),
        ("5", "invalid"),
        ("٥", "invalid"),
        ("5_0", "invalid"),
        (True, "invalid"),
        ([5], "invalid"),
    ],
)
def test_a_size_is_a_number_of_bytes(size: Any, code: str, alice: Any, todo: str, problem: Any) -> None:
    body = problem(alice.api.post(f"/api/{todo}/files", {**NOTE, "size": size}), 400, "invalid-input")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("size", code)]


def test_name_and_size_are_required(alice: Any, todo: str, problem: Any) -> None:
    body = problem(alice.api.post(f"/api/{todo}/files", {}), 400, "invalid-input")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("fileName", "required"), ("size", "required")]


def test_unknown_fields_are_refused(alice: Any, todo: str, problem: Any) -> None:
    body = problem(alice.api.post(f"/api/{todo}/files", {**NOTE, "filePath": "x"}), 400, "invalid-input")
    assert body["errors"] == [
        {
            "field": "filePath",
            "code": "unknown_field",
            "detail": "Unknown field. Known fields: contentType, fileName, size.",
        }
    ]


def test_a_todo_that_does_not_exist_takes_no_file(alice: Any, problem: Any) -> None:
    problem(alice.api.post(f"/api/{uuid4()}/files", NOTE), 404, "not-found")


def test_a_todo_in_the_trash_takes_no_file(alice: Any, todo: str, problem: Any) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.post(f"/api/{todo}/files", NOTE), 404, "not-found")


def test_other_media_types_are_refused(alice: Any, todo: str, problem: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files", "<file/>", content_type="application/xml")
    problem(answer, 415, "unsupported-media-type")
