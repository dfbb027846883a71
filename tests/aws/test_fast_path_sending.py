"""The fast path's requests and signatures are botocore's, and whatever it does not expect goes botocore's way."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.aws.peer import CHUNKED, CLOSING, ITEM, OK, client_at, get, headers_of, is_fast
from todo_project.aws.fast_path import attempt
from todo_project.aws.fast_path.connection import Connections
from todo_project.aws.fast_path.signature import signed

MOMENT = datetime(2026, 11, 23, 9, 43, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def test_it_works(peer: Any, client: Any) -> None:
    server = peer(OK, OK, OK)
    one = client(server.url)
    answers = [get(one) for _ in range(3)]
    assert [answer["Item"] for answer in answers] == [{"a": {"S": "b"}}] * 3
    assert answers[0]["ResponseMetadata"]["RequestId"] == "R"
    assert server.connections == 1


def test_the_request_is_botocores(peer: Any) -> None:
    server = peer(OK, OK)
    for fast in (False, True):
        get(client_at(server.url, fast=fast))
    stock, ours = (headers_of(request) for request in server.requests)
    varying = {"authorization", "x-amz-date"}
    numbered = {"amz-sdk-invocation-id", "amz-sdk-request"}
    assert {name: ours[name] for name in ours.keys() - varying} == {
        name: stock[name] for name in stock.keys() - varying - numbered
    }
    assert ours["authorization"].split("Signature=")[0] == stock["authorization"].split("Signature=")[0]
    first, second = (request.partition(b"\r\n\r\n")[2] for request in server.requests)
    assert json.loads(first) == json.loads(second) == {"TableName": "t", "Key": {"a": {"S": "ü"}}}
    assert {request.split(b"\r\n")[0] for request in server.requests} == {b"POST / HTTP/1.1"}


def test_a_connection_that_the_other_end_closes_is_not_used_again(peer: Any, client: Any) -> None:
    server = peer(CLOSING, CLOSING, OK)
    one = client(server.url)
    assert [get(one)["Item"]["a"]["S"] for _ in range(3)] == ["b"] * 3
    assert server.connections == 3


LONG = b'{"Item":{"a":{"S":"%s"}}}' % (b"b" * 300_000)
FORMS = {
    "names in lower case": OK.lower()
    .replace(b'{"item":', b'{"Item":')
    .replace(b'"s"', b'"S"')
    .replace(b"http/1.1 200 ok", b"HTTP/1.1 200 OK"),
    "no words": OK.replace(b"200 OK", b"200", 1),
    "no spaces": OK.replace(b": ", b":"),
    "long": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LONG) + LONG,
}
ODD_FORMS = {
    "a header twice": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\nX-A: 2\r\n\r\n", 1),
    "a folded header": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\n  2\r\n\r\n", 1),
    "in chunks": CHUNKED,
    "no length": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ITEM,
    "HTTP/1.0": CLOSING.replace(b"HTTP/1.1", b"HTTP/1.0"),
}


@pytest.mark.parametrize("pieces", [1, 50])
@pytest.mark.parametrize("form", FORMS)
def test_a_response_of_dynamodbs_form_is_read(form: str, pieces: int, peer: Any) -> None:
    """In one piece, or in many that arrive one after the other."""
    server = peer(FORMS[form], FORMS[form])
    server.pieces = pieces
    one = client_at(server.url)
    for _ in range(2):
        assert set(get(one)["Item"]["a"]["S"]) == {"b"}
    assert all(map(is_fast, server.requests))


@pytest.mark.parametrize("form", ODD_FORMS)
def test_a_response_of_another_form_switches_it_off_and_botocore_tries_again(form: str, peer: Any, caplog: Any) -> None:
    server = peer(ODD_FORMS[form], OK, OK)
    one = client_at(server.url, attempts=2)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2
    assert [is_fast(request) for request in server.requests] == [True, False, False]
    assert [(record.levelname, record.msg) for record in caplog.records if record.name == attempt.__name__] == [
        ("WARNING", "The fast path to DynamoDB is off: something is not as it expects")
    ]


@pytest.mark.parametrize("part", ["signed", "_parsed", "datetime"])
def test_a_part_that_breaks_switches_it_off_and_fails_no_call(part: str, peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update of botocore or urllib3 that it was not written for."""
    server = peer(OK, OK, OK)
    one = client_at(server.url)
    monkeypatch.setattr(attempt, part, None)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2
    assert not is_fast(server.requests[-1])


def test_a_header_it_does_not_know_is_botocores_matter(peer: Any) -> None:
    server = peer(OK)
    one = client_at(server.url)
    one.meta.events.register("before-call.dynamodb.GetItem", lambda params, **_: params["headers"].update({"X-Amz-New": "1"}))
    assert get(one)["Item"] == {"a": {"S": "b"}}
    assert headers_of(server.requests[0])["x-amz-new"] == "1"


def test_what_comes_after_a_response_is_not_the_next_ones(peer: Any) -> None:
    """botocore's way would wait for the rest of it."""
    server = peer(OK + b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", OK)
    one = client_at(server.url)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2


def test_a_header_with_a_line_break_is_not_sent(peer: Any) -> None:
    server = peer(OK)
    connections = Connections(server.url, connect_timeout=10, read_timeout=10, authorities="")
    with pytest.raises(ValueError, match="line break"):
        connections.post({"Host": "a\r\nX: b"}, b"")
    assert server.requests == []


@pytest.mark.parametrize("credentials", [("AKIA", "secret"), ("ASIA", "secret", "a/session+token==")])
@pytest.mark.parametrize("body", [b"{}", '{"TableName":"ü"}'.encode()])
def test_the_signature_is_botocores(credentials: tuple[str, ...], body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    host = "dynamodb.eu-west-1.amazonaws.com"
    keys = Credentials(*credentials)
    ours = signed(plain, body, host=host, region="eu-west-1", credentials=keys, stamp=f"{MOMENT:%Y%m%dT%H%M%SZ}")

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda **_: MOMENT.replace(tzinfo=None))
    request = AWSRequest("POST", f"https://{host}/", headers=plain, data=body)
    SigV4Auth(keys, "dynamodb", "eu-west-1").add_auth(request)
    for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token"):
        assert ours.get(name) == request.headers.get(name)


@pytest.mark.parametrize(("proxy", "is_on"), [("", True), ("http://127.0.0.1:9", False)])
def test_with_a_proxy_it_is_off(proxy: str, is_on: bool, peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = peer(OK)
    if proxy:
        monkeypatch.setenv("http_proxy", server.url)
    get(client_at(server.url))
    assert is_fast(server.requests[0]) == is_on
