"""The end of a direct upload: what is in S3 is what was reserved."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from files import storage


@pytest.fixture
def put(alice: Any, todo: str) -> Any:
    """Puts an object at a reservation's key, past its form."""

    def call(reserved: dict[str, Any], content: bytes, **parameters: str) -> None:
        key = f"{alice.subject}/{todo}/{reserved['fileID']}/{reserved['fileName']}"
        storage.client().put_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=key, Body=content, **parameters)

    return call


def test_it_works(alice: Any, todo: str, arrived: Any, count: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert answer.status_code == 200
    body = answer.json()
    del arrived["upload"]
    assert body == {**arrived, "filePath": body["filePath"]}
    [listed] = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert {**listed, "filePath": None} == arrived
    assert count() == 1


def test_completing_twice_is_once(alice: Any, todo: str, attach_directly: Any, count: Any) -> None:
    done = attach_directly()
    again = alice.api.post(f"/api/{todo}/files/{done['fileID']}/complete")
    assert again.status_code == 200
    assert {**again.json(), "filePath": None} == {**done, "filePath": None}
    assert count() == 1


def test_completing_at_once_is_once(alice: Any, todo: str, arrived: Any, count: Any) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete"), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert count() == 1


def test_a_file_that_has_not_arrived_is_not_listed(alice: Any, todo: str, reserve: Any, names: Any, problem: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files/{reserve()['fileID']}/complete")
    body = problem(answer, 409, "conflict")
    assert body["detail"] == "The file has not arrived in storage. Upload it with the form you were given, then complete it."
    assert names() == []


def test_another_size_is_refused_and_can_be_sent_again(alice: Any, todo: str, arrived: Any, put: Any, send: Any) -> None:
    put(arrived, b"hello, world", ContentType="text/plain")
    answer = alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "The uploaded file has 12 bytes of text/plain, but 5 bytes of text/plain were reserved."
    send(arrived["upload"])
    assert alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete").status_code == 200


def test_another_type_is_refused(alice: Any, todo: str, reserve: Any, put: Any, problem: Any) -> None:
    reserved = reserve()
    put(reserved, b"hello", ContentType="text/html")
    body = problem(alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete"), 409, "conflict")
    assert body["detail"] == "The uploaded file has 5 bytes of text/html, but 5 bytes of text/plain were reserved."


def test_a_file_that_was_never_reserved_is_not_there(alice: Any, todo: str, problem: Any) -> None:
    problem(alice.api.post(f"/api/{todo}/files/{uuid4()}/complete"), 404, "not-found")


def test_a_file_of_another_todo_is_not_there(alice: Any, arrived: Any, problem: Any) -> None:
    other = alice.add("Other")["todoID"]
    problem(alice.api.post(f"/api/{other}/files/{arrived['fileID']}/complete"), 404, "not-found")


def test_a_file_of_a_todo_in_the_trash_is_not_there(alice: Any, todo: str, arrived: Any, problem: Any) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete"), 404, "not-found")


def test_a_completed_file_of_a_todo_in_the_trash_is_not_there(alice: Any, todo: str, attach_directly: Any, problem: Any) -> None:
    done = attach_directly()
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.post(f"/api/{todo}/files/{done['fileID']}/complete"), 404, "not-found")


def test_a_file_in_the_trash_is_not_completed(alice: Any, todo: str, attach_directly: Any, problem: Any) -> None:
    done = attach_directly()
    alice.api.delete(f"/api/{todo}/files/{done['fileID']}")
    problem(alice.api.post(f"/api/{todo}/files/{done['fileID']}/complete"), 404, "not-found")


def test_an_upload_older_than_a_day_is_not_there(alice: Any, todo: str, arrived: Any, due: Any, problem: Any) -> None:
    due(todo, arrived["fileID"])
    problem(alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete"), 404, "not-found")
