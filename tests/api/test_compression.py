"""Responses are compressed for clients that say they accept it."""

import gzip
import json
from typing import Any

import pytest

ACCEPT = {"Accept-Encoding": "gzip, deflate, br"}


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
