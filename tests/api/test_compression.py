"""Responses are compressed for clients that say they accept it."""

import gzip
import json
import secrets
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from todo_project.api.middleware import QuickGZipMiddleware

ACCEPT = {"Accept-Encoding": "gzip, deflate, br"}
TEXT = b"Two litres, and the dark one. " * 10


def packed(response: Any) -> Any:
    """What the middleware makes of a response."""
    return QuickGZipMiddleware(lambda _: response)(RequestFactory().get("/", headers=ACCEPT))


def test_it_works(alice: Any) -> None:
    for number in range(10):
        alice.add(f"Buy milk {number}", description="Two litres, and the dark one. " * 10)
    plain = alice.api.get("/api/me/todos")
    packed = alice.api.get("/api/me/todos", headers=ACCEPT)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert len(packed.content) < len(plain.content) / 5
    assert int(packed.headers["Content-Length"]) == len(packed.content)
    assert packed.headers["Vary"] == plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("header", [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}])
def test_others_get_it_as_it_is(header: dict[str, str], alice: Any) -> None:
    alice.add(description="Two litres, and the dark one. " * 10)
    response = alice.api.get("/api/me/todos", headers=header)
    assert "Content-Encoding" not in response.headers
    assert response.json()["todos"]


def test_a_short_response_is_not_worth_it(alice: Any) -> None:
    response = alice.api.get("/api/me/todos", headers=ACCEPT)
    assert (response.json(), response.headers.get("Content-Encoding")) == ({"todos": [], "next": None}, None)


def test_a_client_can_use_the_etag_that_it_got(alice: Any) -> None:
    todo = alice.add(description="Two litres, and the dark one. " * 10)
    path = f"/api/me/todos/{todo['todoID']}"
    etag = alice.api.get(path, headers=ACCEPT).headers["ETag"]
    assert etag == 'W/"1"'
    assert alice.api.patch(path, {"completed": True}, headers={"If-Match": etag}).status_code == 200
    assert alice.api.patch(path, {"completed": False}, headers={"If-Match": etag}).status_code == 412


def test_two_responses_alike_differ_in_length(alice: Any) -> None:
    """Django adds random bytes, so that lengths tell less about what is in a response (BREACH)."""
    alice.add(description="Two litres, and the dark one. " * 10)
    lengths = {len(alice.api.get("/api/me/todos", headers=ACCEPT).content) for _ in range(20)}
    assert len(lengths) > 1


def test_it_is_done_quickly() -> None:
    """The header's byte XFL is 4 where the fastest algorithm was used (RFC 1952, 2.3.1)."""
    response = packed(HttpResponse(TEXT))
    assert (response.content[8], gzip.decompress(response.content)) == (4, TEXT)


def test_a_stream_stays_one() -> None:
    response = packed(StreamingHttpResponse(iter([TEXT, TEXT])))
    assert (response.streaming, gzip.decompress(response.getvalue())) == (True, TEXT + TEXT)


def test_what_gets_no_shorter_stays_as_it_is() -> None:
    content = secrets.token_bytes(300)
    response = packed(HttpResponse(content))
    assert (response.content, response.headers.get("Content-Encoding")) == (content, None)


def test_what_is_compressed_already_stays_as_it_is() -> None:
    response = packed(HttpResponse(TEXT, headers={"Content-Encoding": "br"}))
    assert (response.content, response.headers["Content-Encoding"]) == (TEXT, "br")
