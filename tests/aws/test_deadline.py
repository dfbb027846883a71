"""No attempt at a call to AWS starts when the request could no longer end in time."""

import time
from typing import Any

import pytest
from django.core.files.storage import storages

from files import storage
from todo_project.aws import deadline, dynamodb
from todo_project.errors import Unavailable


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests whose time is up when they start."""
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


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Root=1-6b094b74-abcdef012345678912345678", 3.5),
        ("Self=1-6b094b74-abcdef012345678912345678", 3.5),
        ("Self=1-6b094b74-abcdef012345678912345678;Root=1-6b094b70-abcdef012345678912345678", 3.5),
        ("Root=1-6b094b70-abcdef012345678912345678; Self=1-6b094b74-abcdef012345678912345678;CalledFrom=app", 3.5),
        ("", 0),
        ("Root=1-2-3", 0),
        ("Root=1-6b094b74", 0),
        ("Root=2-6b094b74-abcdef012345678912345678", 0),
        ("Root=1-6b094b78-abcdef012345678912345678", 0),  # in the future
        ("Root=1-6b094b3b-abcdef012345678912345678", 0),  # a minute and more ago
        ("Parent=1-6b094b74-abcdef012345678912345678", 0),
    ],
)
def test_the_age_of_a_request(header: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0x6B094B77 + 0.5)
    assert deadline.age(header) == seconds


def field(name: str, seconds_ago: int) -> str:
    """A field of `X-Amzn-Trace-Id`."""
    return f"{name}=1-{int(time.time()) - seconds_ago:08x}-abcdef012345678912345678"


def test_a_request_that_waited_too_long_for_a_thread_is_refused_without_a_call(alice: Any, problem: Any, log: Any) -> None:
    problem(alice.api.get("/api/me/todos", headers={"X-Amzn-Trace-Id": field("Root", 20)}), 503, "unavailable")
    warning, line = log()
    assert (warning["message"], "exc_info" in warning, line["calls"]) == ("refused: too late", False, 0)


@pytest.mark.parametrize("fields", [{"Root": 20, "Self": 0}, {"Root": 3600}, {"Root": -3600}])
def test_a_trace_that_began_elsewhere_or_at_no_possible_time_refuses_nothing(fields: dict[str, int], alice: Any) -> None:
    header = ";".join(field(name, seconds_ago) for name, seconds_ago in fields.items())
    assert alice.api.get("/api/me/todos", headers={"X-Amzn-Trace-Id": header}).status_code == 200
