"""Uploads that do not go as planned."""

from typing import Any

import httpx
import pytest
from django.conf import settings

from files import storage
from files.purge import purge

CHAPTER = "Nothing lost"
WANTED = {"fileName": "a.txt", "contentType": "text/plain", "size": 5}


@pytest.fixture
def todo(alice: Any) -> str:
    """A to-do of Alice's."""
    return alice.add()["todoID"]


def reserve(alice: Any, todo: str) -> dict[str, Any]:
    """A reservation."""
    answer = alice.api.post(f"/api/{todo}/files", WANTED)
    assert answer.status_code == 201
    return answer.json()


def send(reserved: dict[str, Any], content: bytes = b"hello") -> int:
    """The browser's part; S3's status."""
    form = reserved["upload"]
    return httpx.post(form["url"], data=form["fields"], files={"file": ("x", content)}).status_code


def complete(alice: Any, todo: str, reserved: dict[str, Any]) -> Any:
    """The end of it."""
    return alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete")


@pytest.mark.parametrize("step", ["reserved", "sent", "sent to a trashed to-do", "through a to-do trashed before completion"])
def test_abandoned(step: str, alice: Any, todo: str, clock: Any, rows: Any, objects: Any, proof: Any) -> None:
    proof.of(CHAPTER, "Uploads abandoned at any step are deleted, their object with them", "four ways to stop half-way")
    reserved = reserve(alice, todo)
    if step == "sent to a trashed to-do":
        assert alice.api.delete(f"/api/me/todos/{todo}").status_code == 204
    if step != "reserved":
        assert send(reserved) == 204
    if step.startswith("through"):
        assert alice.api.delete(f"/api/me/todos/{todo}").status_code == 204
        assert complete(alice, todo, reserved).status_code == 404
    clock.offset = clock.days(2)
    assert purge().failures == 0
    assert (rows(settings.FILES_TABLE), objects()) == ([], set())
    proof.times = 1


def test_completed_before_and_twice(alice: Any, todo: str, proof: Any) -> None:
    proof.of(CHAPTER, "Completing before the object is there is refused; completing twice is once", "in this order, ten uploads")
    for number in range(1, 11):
        reserved = reserve(alice, todo)
        assert complete(alice, todo, reserved).status_code == 409
        assert send(reserved) == 204
        assert [complete(alice, todo, reserved).status_code for _ in range(2)] == [200, 200]
        assert alice.api.get(f"/api/me/todos/{todo}").json()["attachments"] == number
        proof.times += 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_replaced(when: str, alice: Any, todo: str, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "What is downloaded is the very version that was completed",
        "the same form used again before and after the completion",
    )
    reserved = reserve(alice, todo)
    assert send(reserved, b"first") == 204
    if when == "before":
        assert send(reserved, b"again") == 204
    done = complete(alice, todo, reserved).json()
    if when == "after":
        assert send(reserved, b"later") == 204
    assert httpx.get(done["filePath"]).content == (b"again" if when == "before" else b"first")
    [listed] = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert httpx.get(listed["filePath"]).content == (b"again" if when == "before" else b"first")
    proof.times = 1


def test_replaced_by_something_else(alice: Any, todo: str, proof: Any) -> None:
    proof.of(
        CHAPTER, "An object of another size or type than reserved is never listed", "put past the form, by somebody with the keys"
    )
    for body, content_type in ((b"longer than reserved", "text/plain"), (b"", "text/plain"), (b"hello", "text/html")):
        reserved = reserve(alice, todo)
        assert send(reserved) == 204
        key = f"{alice.subject}/{todo}/{reserved['fileID']}/a.txt"
        storage.client().put_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=key, Body=body, ContentType=content_type)
        assert complete(alice, todo, reserved).status_code == 409
        proof.times += 1
    assert alice.api.get(f"/api/{todo}/files").json() == {"files": []}
