"""A hundred attachments a to-do, also when many finish at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

FULL = "A to-do can have 100 attachments; this one is full."


def test_it_works(alice: Any, todo: str, fill: Any, count: Any) -> None:
    fill(todo, 99)
    alice.attach(todo)
    assert count() == 100


@pytest.mark.parametrize(
    ("format_", "body"),
    [
        ("json", {"fileName": "a", "size": 5}),
        ("multipart", {"file": SimpleUploadedFile("a", b"hello", "text/plain")}),
    ],
)
def test_the_next_is_refused(format_: str, body: Any, alice: Any, todo: str, fill: Any, problem: Any) -> None:
    fill(todo, 100)
    assert problem(alice.api.post(f"/api/{todo}/files", body, format=format_), 409, "conflict")["detail"] == FULL


def test_completing_is_refused_when_it_filled_up_meanwhile(alice: Any, todo: str, arrived: Any, fill: Any, count: Any) -> None:
    fill(todo, 100)
    answer = alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert (answer.status_code, answer.json()["detail"], count()) == (409, FULL, 100)
    fill(todo, 99)
    assert alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete").status_code == 200


def test_restoring_is_refused_when_it_filled_up_meanwhile(alice: Any, todo: str, fill: Any, problem: Any) -> None:
    file = alice.attach(todo)["fileID"]
    alice.api.delete(f"/api/{todo}/files/{file}")
    fill(todo, 100)
    assert problem(alice.api.post(f"/api/{todo}/files/{file}/restore"), 409, "conflict")["detail"] == FULL


def test_completing_at_once_never_goes_beyond(alice: Any, todo: str, reserve: Any, send: Any, fill: Any) -> None:
    uploads = [reserve(f"{number}.txt") for number in range(4)]
    for upload in uploads:
        send(upload["upload"])
    fill(todo, 98)
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda upload: alice.api.post(f"/api/{todo}/files/{upload['fileID']}/complete"), uploads)
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 409, 409]
    assert alice.api.get(f"/api/me/todos/{todo}").json()["attachments"] == 100


def test_a_deleted_one_makes_room(alice: Any, todo: str, fill: Any, count: Any) -> None:
    file = alice.attach(todo)["fileID"]
    fill(todo, 100)
    alice.api.delete(f"/api/{todo}/files/{file}")
    alice.attach(todo)
    assert count() == 100
