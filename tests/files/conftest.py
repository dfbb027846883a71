"""Attachments: reserving, sending to the embedded S3 over HTTP as a browser does, and looking at what is stored."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError
from django.conf import settings

from files import storage
from files.models import PENDING_LIFE, TRASH_LIFE, Attachment, file_key
from tests.files.calls import Calls
from todo_project.aws import dynamodb
from todo_project.aws.items import todo_key
from todo_project.aws.timestamps import now
from todos.models import TRASH_LIFE as TODO_TRASH_LIFE
from todos.models import trash_attributes


@pytest.fixture
def todo(alice: Any) -> str:
    """The id of a to-do of Alice's."""
    return alice.add()["todoID"]


@pytest.fixture
def reserve(alice: Any, todo: str) -> Callable[..., dict[str, Any]]:
    """Reserves a direct upload for Alice, as the API returns it."""

    def call(name: str = "note.txt", content_type: str = "text/plain", size: int = 5, **headers: str) -> dict[str, Any]:
        body = {"fileName": name, "contentType": content_type, "size": size}
        answer = alice.api.post(f"/api/{todo}/files", body, headers=headers)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return call


@pytest.fixture
def send() -> Callable[..., httpx.Response]:
    """Sends a file with an upload form, as a browser does: the fields, then the file."""

    def call(upload: dict[str, Any], content: bytes = b"hello", **fields: str) -> httpx.Response:
        return httpx.post(upload["url"], data={**upload["fields"], **fields}, files={"file": ("from-disk", content)})

    return call


@pytest.fixture
def arrived(reserve: Any, send: Any) -> dict[str, Any]:
    """An upload of Alice's that is in S3 and not yet completed."""
    reserved: dict[str, Any] = reserve()
    assert send(reserved["upload"]).status_code == 204
    return reserved


@pytest.fixture
def attach_directly(alice: Any, todo: str, reserve: Any, send: Any) -> Callable[..., dict[str, Any]]:
    """Reserves, sends and completes a file of Alice's, as the API returns it."""

    def call(name: str = "note.txt", content: bytes = b"hello", content_type: str = "text/plain") -> dict[str, Any]:
        reserved = reserve(name, content_type, len(content))
        assert send(reserved["upload"], content).status_code == 204
        answer = alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return call


@pytest.fixture
def count(alice: Any, todo: str) -> Callable[[], int]:
    """The attachments that Alice's to-do says it has."""
    return lambda: alice.api.get(f"/api/me/todos/{todo}").json()["attachments"]


@pytest.fixture
def names(alice: Any, todo: str) -> Callable[..., list[str]]:
    """The names of the to-do's attachments, in the list's order."""

    def call(query: str = "") -> list[str]:
        return [file["fileName"] for file in alice.api.get(f"/api/{todo}/files{query}").json()["files"]]

    return call


@pytest.fixture
def fill(alice: Any) -> Callable[[str, int], None]:
    """Makes a to-do say that it has so many attachments."""

    def call(todo_id: str, attachments: int) -> None:
        dynamodb.client().update_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(alice.subject, UUID(todo_id)),
            UpdateExpression="SET attachments = :count",
            ExpressionAttributeValues={":count": {"N": str(attachments)}},
        )

    return call


@pytest.fixture
def due(alice: Any) -> Callable[..., None]:
    """Rewrites the row of a trashed to-do, or of a trashed or pending file, as if it had become due `ago`."""

    def call(todo_id: str, file_id: str | None = None, *, ago: timedelta = timedelta(hours=1)) -> None:
        moment = now() - ago
        if file_id is None:
            table, key = settings.TODOS_TABLE, todo_key(alice.subject, UUID(todo_id))
            item = dynamodb.client().get_item(TableName=table, Key=key)["Item"]
            row = item | trash_attributes(UUID(todo_id), moment - TODO_TRASH_LIFE)
        else:
            table, key = settings.FILES_TABLE, file_key(alice.subject, UUID(todo_id), UUID(file_id))
            file = Attachment.from_item(dynamodb.client().get_item(TableName=table, Key=key)["Item"])
            assert file.pending or file.trashed
            past = {"created": moment - PENDING_LIFE} if file.pending else {"trashed": moment - TRASH_LIFE}
            row = replace(file, **past).to_item()
        dynamodb.client().put_item(TableName=table, Item=row)

    return call


@pytest.fixture
def rows() -> Callable[[str], list[dict[str, Any]]]:
    """The rows in a table."""
    return lambda table: dynamodb.client().scan(TableName=table, ConsistentRead=True)["Items"]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What is asked of AWS from here on."""
    recorded = Calls()
    call = BaseClient._make_api_call

    def recorded_call(client: Any, name: str, parameters: Any) -> Any:
        recorded.before(name)
        response = call(client, name, parameters)
        recorded.after(name)
        return response

    monkeypatch.setattr(BaseClient, "_make_api_call", recorded_call)
    return recorded


@pytest.fixture
def objects(alice: Any) -> Callable[[], set[str]]:
    """The keys of the objects that Alice has in the bucket."""

    def call() -> set[str]:
        answer = storage.client().list_objects_v2(Bucket=settings.ATTACHMENTS_BUCKET, Prefix=f"{alice.subject}/")
        return {entry["Key"] for entry in answer.get("Contents", [])}

    return call


@pytest.fixture(autouse=True)
def _empty_bucket() -> None:
    """No object is left of the test before, which may be one of another folder."""
    found = storage.client().list_objects_v2(Bucket=settings.ATTACHMENTS_BUCKET).get("Contents", [])
    if found:
        storage.delete([entry["Key"] for entry in found])


@pytest.fixture
def unreachable() -> Callable[..., AbstractContextManager[None]]:
    """While it lasts, AWS cannot be reached: DynamoDB and S3, or the clients given."""

    @contextmanager
    def outage(*clients: Any) -> Iterator[None]:
        def refuse(params: Any, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url=params["url"])

        chosen = clients or (dynamodb.client(), storage.client())
        for client in chosen:
            client.meta.events.register_first(f"before-call.{client.meta.service_model.service_name}", refuse)
        try:
            yield
        finally:
            for client in chosen:
                client.meta.events.unregister(f"before-call.{client.meta.service_model.service_name}", refuse)

    return outage
