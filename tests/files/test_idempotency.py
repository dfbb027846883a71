"""A retried reservation or upload returns the first result."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

NOTE = {"fileName": "note.txt", "contentType": "text/plain", "size": 5}
KEY = {"Idempotency-Key": "first-try"}


def test_it_works(alice: Any, reserve: Any, rows: Any, settings: Any) -> None:
    first, again = reserve(**KEY), reserve(**KEY)
    assert {**again, "upload": None} == {**first, "upload": None}
    assert again["upload"]["fields"]["key"] == first["upload"]["fields"]["key"]
    assert len(rows(settings.FILES_TABLE)) == 1


def test_a_file_through_the_service_is_stored_once(alice: Any, todo: str, names: Any, count: Any) -> None:
    first, again = alice.attach(todo, **KEY), alice.attach(todo, **KEY)
    assert {**again, "filePath": None} == {**first, "filePath": None}
    assert (names(), count()) == (["note.txt"], 1)


def test_an_upload_that_stopped_half_way_is_finished_by_its_retry(alice: Any, todo: str, reserve: Any, names: Any) -> None:
    stopped = reserve(**KEY)
    assert alice.attach(todo, **KEY)["fileID"] == stopped["fileID"]
    assert names() == ["note.txt"]


def test_a_completed_reservation_comes_without_a_form(alice: Any, todo: str, reserve: Any) -> None:
    attached = alice.attach(todo, **KEY)
    again = reserve(**KEY)
    assert again == {**attached, "filePath": again["filePath"]}


def test_uploads_at_once_are_one(alice: Any, todo: str, names: Any, count: Any) -> None:
    with ThreadPoolExecutor(4) as threads:
        attached = list(threads.map(lambda _: alice.attach(todo, **KEY), range(4)))
    assert len({file["fileID"] for file in attached}) == 1
    assert {httpx.get(file["filePath"]).content for file in attached} == {b"hello"}
    assert (names(), count()) == (["note.txt"], 1)


def test_another_key_makes_another_file(reserve: Any) -> None:
    assert reserve(**KEY)["fileID"] != reserve(**{"Idempotency-Key": "second"})["fileID"]


@pytest.mark.parametrize("change", [{"fileName": "other.txt"}, {"contentType": "text/html"}, {"size": 6}])
def test_the_same_key_with_other_input_is_refused(
    change: dict[str, Any], alice: Any, todo: str, reserve: Any, problem: Any
) -> None:
    reserve(**KEY)
    answer = alice.api.post(f"/api/{todo}/files", {**NOTE, **change}, headers=KEY)
    body = problem(answer, 409, "conflict")
    assert body["detail"] == "This Idempotency-Key was used before for another file. Use a new key."


def test_the_same_key_with_other_content_of_the_same_size_is_refused(alice: Any, todo: str, names: Any, problem: Any) -> None:
    first = alice.attach(todo, content=b"hello", **KEY)
    other = {"file": SimpleUploadedFile("note.txt", b"world", "text/plain")}
    answer = alice.api.post(f"/api/{todo}/files", other, format="multipart", headers=KEY)
    body = problem(answer, 409, "conflict")
    assert body["detail"] == "This Idempotency-Key was used before for another file. Use a new key."
    assert (names(), httpx.get(first["filePath"]).content) == (["note.txt"], b"hello")


def test_what_finished_a_reservation_is_what_its_key_stands_for(alice: Any, todo: str, reserve: Any, problem: Any) -> None:
    reserve(**KEY)
    alice.attach(todo, content=b"hello", **KEY)
    other = {"file": SimpleUploadedFile("note.txt", b"world", "text/plain")}
    problem(alice.api.post(f"/api/{todo}/files", other, format="multipart", headers=KEY), 409, "conflict")
    alice.attach(todo, content=b"hello", **KEY)


def test_a_retry_for_what_is_in_the_trash_is_refused_and_says_so(alice: Any, todo: str, reserve: Any, problem: Any) -> None:
    file = alice.attach(todo, **KEY)["fileID"]
    alice.api.delete(f"/api/{todo}/files/{file}")
    assert problem(alice.api.post(f"/api/{todo}/files", NOTE, headers=KEY), 409, "conflict")["detail"] == (
        "This Idempotency-Key made an attachment that is in the trash. Restore it, or use a new key."
    )
    alice.api.post(f"/api/{todo}/files/{file}/restore")
    assert alice.attach(todo, **KEY)["fileID"] == file


def test_the_same_key_on_another_todo_is_another_file(alice: Any, todo: str, reserve: Any) -> None:
    other = alice.add("Other")["todoID"]
    assert alice.attach(other, **KEY)["fileID"] != reserve(**KEY)["fileID"]


@pytest.mark.parametrize("hours", [-0.9, 1])
def test_a_reservation_of_a_day_ago_is_not_used_again(
    hours: float, alice: Any, todo: str, reserve: Any, due: Any, problem: Any
) -> None:
    due(todo, reserve(**KEY)["fileID"], ago=timedelta(hours=hours))
    expected = "This Idempotency-Key reserved an upload that was not completed within a day. Use a new key."
    answer = alice.api.post(f"/api/{todo}/files", NOTE, headers=KEY)
    assert problem(answer, 409, "conflict")["detail"] == expected
    small = {"file": SimpleUploadedFile("note.txt", b"hello", "text/plain")}
    answer = alice.api.post(f"/api/{todo}/files", small, format="multipart", headers=KEY)
    assert problem(answer, 409, "conflict")["detail"] == expected


def test_a_retry_on_a_todo_in_the_trash_finds_nothing(alice: Any, todo: str, reserve: Any, problem: Any) -> None:
    reserve(**KEY)
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.post(f"/api/{todo}/files", NOTE, headers=KEY), 404, "not-found")


def test_a_retry_on_a_todo_that_has_filled_up_finds_the_first_result(todo: str, reserve: Any, fill: Any) -> None:
    first = reserve(**KEY)
    fill(todo, 100)
    assert reserve(**KEY)["fileID"] == first["fileID"]


@pytest.mark.parametrize("key", ["", "with space", "é", "x" * 256])
def test_a_key_that_is_not_visible_ascii_is_refused(key: str, alice: Any, todo: str, problem: Any) -> None:
    body = problem(alice.api.post(f"/api/{todo}/files", NOTE, headers={"Idempotency-Key": key}), 400, "invalid-input")
    assert body["errors"] == [
        {
            "field": "Idempotency-Key",
            "code": "invalid_key",
            "detail": "Use 1 to 255 visible ASCII characters without spaces.",
        }
    ]
