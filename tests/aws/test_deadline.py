"""No attempt at a call to AWS is begun when the request could no longer end in time."""

import time
from typing import Any

import pytest
from django.core.files.storage import storages

from files import storage
from todo_project.aws import deadline, dynamodb
from todo_project.errors import Unavailable


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests whose time is up when they begin."""
    monkeypatch.setattr(deadline, "ATTEMPTS_BEGIN_SECONDS", -1.0)


def test_it_works(alice: Any, late: None, problem: Any) -> None:
    answer = alice.api.get("/api/me/todos")
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def _attempt(client: Any) -> None:
    events, service = client.meta.events, client.meta.service_model.service_name
    token = deadline._begin_until.set(time.monotonic() - 1)
    try:
        events.emit_until_response(f"before-send.{service}.Operation", request=None)
    finally:
        deadline._begin_until.reset(token)


def test_an_upload_has_no_client_of_its_own() -> None:
    assert storages["attachments"].connection.meta.client is storage.client()


@pytest.mark.parametrize("client", [dynamodb.client, storage.client], ids=["dynamodb", "s3"])
def test_every_client_is_bounded(client: Any) -> None:
    with pytest.raises(Unavailable):
        _attempt(client())


def test_a_command_has_no_deadline() -> None:
    deadline.refuse_late_attempt(request=None)
