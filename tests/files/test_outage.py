"""DynamoDB or S3 out of reach: 503, nothing half done that is not finished or purged, and no name in the log."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from files import storage
from files.purge import purge
from todo_project.aws.timestamps import now

NOTE = {"fileName": "confidential.txt", "contentType": "text/plain", "size": 5}


def upload(person: Any, todo: str) -> Any:
    body = {"file": SimpleUploadedFile("confidential.txt", b"hello", "text/plain")}
    return person.api.post(f"/api/{todo}/files", body, format="multipart", headers={"Idempotency-Key": "k"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("get", "", None), ("post", "", NOTE), ("delete", "/{file}", None), ("post", "/{file}/restore", None)],
)
def test_it_works(method: str, path: str, body: Any, alice: Any, todo: str, unreachable: Any) -> None:
    file = alice.attach(todo)["fileID"]
    with unreachable():
        answer = getattr(alice.api, method)(f"/api/{todo}/files{path.format(file=file)}", body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["type"] == "urn:problem:todo:unavailable"


def test_s3_is_not_needed_to_reserve_and_to_list(alice: Any, todo: str, unreachable: Any) -> None:
    alice.attach(todo)
    with unreachable(storage.client()):
        assert alice.api.post(f"/api/{todo}/files", NOTE).status_code == 201
        assert alice.api.get(f"/api/{todo}/files").status_code == 200


def test_completing_waits_for_s3(alice: Any, todo: str, arrived: Any, unreachable: Any, problem: Any) -> None:
    path = f"/api/{todo}/files/{arrived['fileID']}/complete"
    with unreachable(storage.client()):
        problem(alice.api.post(path), 503, "unavailable")
    assert alice.api.post(path).status_code == 200


def test_an_upload_that_broke_off_is_finished_by_its_retry(alice: Any, todo: str, unreachable: Any, names: Any) -> None:
    with unreachable(storages["attachments"].connection.meta.client):
        assert upload(alice, todo).status_code == 503
    assert names() == []
    assert upload(alice, todo).status_code == 201
    assert names() == ["confidential.txt"]


@pytest.mark.parametrize(
    "client", [storage.client, lambda: storages["attachments"].connection.meta.client], ids=["read", "write"]
)
def test_the_log_says_what_failed_and_names_no_file(client: Any, alice: Any, todo: str, unreachable: Any, log: Any) -> None:
    reserved = alice.api.post(f"/api/{todo}/files", NOTE).json()
    with unreachable(client()):
        answers = [alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete"), upload(alice, todo)]
    assert 503 in [answer.status_code for answer in answers]
    text = json.dumps(log())
    assert "EndpointConnectionError" in text
    for secret in ("confidential", alice.subject, todo, reserved["fileID"]):
        assert secret not in text


def test_an_error_of_s3_is_named_by_its_code(alice: Any, todo: str, arrived: Any, settings: Any, log: Any) -> None:
    settings.ATTACHMENTS_BUCKET = "not a bucket of ours"
    answer = alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert answer.status_code == 503
    assert "StorageFailed: ParamValidationError" in log()[0]["exc_info"]


def test_a_lost_answer_of_s3_is_named_by_its_code(alice: Any, todo: str, arrived: Any, log: Any) -> None:
    def refuse(**_: Any) -> tuple[Any, dict[str, Any]]:
        response = type("Response", (), {"status_code": 403})()
        return response, {"Error": {"Code": "403", "Message": "confidential"}}

    events = storage.client().meta.events
    events.register("before-call", refuse)
    try:
        answer = alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    finally:
        events.unregister("before-call", refuse)
    assert answer.status_code == 503
    assert "StorageFailed: 403 from HeadObject" in log()[0]["exc_info"]
    assert "confidential" not in json.dumps(log())


def test_an_upload_that_breaks_off_before_its_end_leaves_a_row_for_the_purge(
    alice: Any, todo: str, calls: Any, rows: Any, objects: Any, settings: Any
) -> None:
    calls.meanwhile = "PutObject", lambda: setattr(calls, "fail_at", "TransactWriteItems")
    assert upload(alice, todo).status_code == 503
    [row] = rows(settings.FILES_TABLE)
    assert "purgeAfter" in row
    assert len(objects()) == 1
    assert purge(moment=now() + timedelta(days=2)).files == 1
    assert (rows(settings.FILES_TABLE), objects()) == ([], set())
