"""DynamoDB's errors as this service's own, and what is tried again."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from todo_project.aws import dynamodb
from todo_project.aws.dynamodb import ConditionFailed, TransactionFailed, transact, translate_errors
from todo_project.errors import Conflict, Unavailable
from todo_project.telemetry.usage import counted

KEY = {"userID": {"S": "readiness"}, "todoID": {"S": "x"}}
UPDATE = {"Update": {"TableName": "todos", "Key": KEY, "UpdateExpression": "REMOVE a"}}


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """DynamoDB's responses, in order; all of them are used."""
    with Stubber(dynamodb.client()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def read() -> Any:
    with translate_errors():
        return dynamodb.client().get_item(TableName="todos", Key=KEY)


def cancelled(*codes: str | None, items: dict[int, Any] | None = None) -> dict[str, Any]:
    """How a transaction whose parts have these reasons was refused."""
    reasons: list[dict[str, Any]] = [{"Code": code or "None"} for code in codes]
    for place, item in (items or {}).items():
        reasons[place]["Item"] = item
    return {
        "method": "transact_write_items",
        "service_error_code": "TransactionCanceledException",
        "modeled_fields": {"CancellationReasons": reasons},
    }


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited between attempts; none is."""
    waited: list[float] = []
    monkeypatch.setattr(dynamodb.time, "sleep", waited.append)
    return waited


def test_it_works(stub: Stubber) -> None:
    stub.add_response("get_item", {"Item": KEY})
    assert read()["Item"] == KEY


@pytest.mark.parametrize(
    "code",
    [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ResourceNotFoundException",
        "AccessDeniedException",
        "ExpiredTokenException",
        "TransactionInProgressException",
    ],
)
def test_what_is_broken_or_throttled_is_unavailable(code: str, stub: Stubber) -> None:
    stub.add_client_error("get_item", code, "the secret")
    with pytest.raises(Unavailable) as caught:
        read()
    assert "secret" not in str(caught.value.detail)
    assert isinstance(caught.value.__cause__, ClientError)


def test_a_defect_of_ours_is_a_crash(stub: Stubber) -> None:
    stub.add_client_error("get_item", "ValidationException")
    with pytest.raises(ClientError):
        read()


def test_a_full_account_is_a_conflict_that_names_the_limit(stub: Stubber) -> None:
    stub.add_client_error("get_item", "ItemCollectionSizeLimitExceededException")
    with pytest.raises(Conflict, match="An account can hold 10 GB of to-dos, trash included; this one is full"):
        read()


@pytest.mark.parametrize("item", [None, KEY])
def test_a_condition_that_failed_says_what_is_stored(item: Any, stub: Stubber) -> None:
    fields = {"Item": item} if item else {}
    stub.add_client_error("get_item", "ConditionalCheckFailedException", modeled_fields=fields)
    with pytest.raises(ConditionFailed) as caught:
        read()
    assert caught.value.item == item


def test_a_transactions_condition_that_failed_says_which(stub: Stubber, pauses: list[float]) -> None:
    stub.add_client_error(**cancelled(None, "ConditionalCheckFailed", items={1: KEY}))
    with pytest.raises(TransactionFailed) as caught:
        transact([UPDATE, UPDATE])
    assert (caught.value.failed, caught.value.items, pauses) == ([False, True], [None, KEY], [])


def test_a_condition_that_failed_beside_a_conflict_is_final(stub: Stubber, pauses: list[float]) -> None:
    stub.add_client_error(**cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(TransactionFailed):
        transact([UPDATE, UPDATE])
    assert pauses == []


@pytest.mark.parametrize("conflicts", [1, 2, 3])
def test_a_conflict_with_another_transaction_is_tried_again(conflicts: int, stub: Stubber, pauses: list[float]) -> None:
    for _ in range(conflicts):
        stub.add_client_error(**cancelled(None, "TransactionConflict"))
    stub.add_response("transact_write_items", {})
    transact([UPDATE, UPDATE])
    assert len(pauses) == conflicts
    assert all(0.025 * 2**attempt <= pause <= 0.05 * 2**attempt for attempt, pause in enumerate(pauses))


def test_all_attempts_of_a_transaction_have_one_token(stub: Stubber, pauses: list[float]) -> None:
    """An attempt whose response was lost, and a conflict after it: DynamoDB must know the third as the first."""
    tokens, events = [], dynamodb.client().meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        tokens.append(params["ClientRequestToken"])

    stub.add_client_error(**cancelled(None, "TransactionConflict"))
    stub.add_response("transact_write_items", {})
    events.register("provide-client-params.dynamodb", note)
    try:
        transact([UPDATE, UPDATE])
    finally:
        events.unregister("provide-client-params.dynamodb", note)
    assert tokens == [tokens[0]] * 2


def test_a_conflict_that_lasts_is_unavailable(stub: Stubber, pauses: list[float]) -> None:
    for _ in range(4):
        stub.add_client_error(**cancelled("TransactionConflict", None))
    with pytest.raises(Unavailable):
        transact([UPDATE, UPDATE])
    assert len(pauses) == 3


@pytest.mark.parametrize("codes", [("ThrottlingError", None), ("TransactionConflict", "ThrottlingError")])
def test_a_transaction_cancelled_for_another_reason_is_not_repeated(
    codes: tuple[str | None, ...], stub: Stubber, pauses: list[float]
) -> None:
    stub.add_client_error(**cancelled(*codes))
    with pytest.raises(Unavailable):
        transact([UPDATE, UPDATE])
    assert pauses == []


class Slow(ThreadingHTTPServer):
    """Takes requests as DynamoDB does and returns what a test says, or (None) never."""

    daemon_threads = True
    answer: tuple[int, bytes] | None = None
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: Slow

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if self.server.answer is None:
            self.rfile.read(1)  # until the caller hangs up
            return
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """In DynamoDB's place, for a client of the service's own making with less patience."""
    patience = Config(read_timeout=0.5)
    monkeypatch.setattr(dynamodb, "CONFIG", dynamodb.CONFIG.merge(patience))
    with Slow(("127.0.0.1", 0), _Handler) as slow:
        threading.Thread(target=slow.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.AWS_ENDPOINT_URL = f"http://127.0.0.1:{slow.server_port}"
        dynamodb.client.cache_clear()
        yield slow
        dynamodb.client().close()
        dynamodb.client.cache_clear()
        slow.shutdown()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (500, b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
        (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'),
        (503, b"<html>"),
    ],
    ids=["no response in time", "an error", "throttled", "a page"],
)
def test_a_call_is_tried_twice_and_then_unavailable(answer: Any, server: Slow) -> None:
    server.answer = answer
    with counted() as used, pytest.raises(Unavailable):
        read()
    assert (server.asked, used.calls) == (2, 2)


def test_a_server_that_is_not_there_is_unavailable(server: Slow) -> None:
    server.shutdown()
    server.server_close()
    with counted() as used, pytest.raises(Unavailable):
        read()
    assert used.calls == 2


def test_the_caller_is_told_when_to_try_again_and_not_why(alice: Any, problem: Any, log: Any) -> None:
    with Stubber(dynamodb.client()) as stubber:
        stubber.add_client_error("query", "ThrottlingException", "the secret")
        answer = alice.api.get("/api/me/todos")
    body = problem(answer, 503, "unavailable")
    assert body["detail"] == "The service cannot reach its storage at the moment. Nothing was lost; try again shortly."
    assert answer.headers["Retry-After"] == "1"
    warning, line = log()
    assert (warning["level"], warning["message"], line["status"]) == ("WARNING", "dependency failed", 503)
    assert "ThrottlingException" in warning["exc_info"]
