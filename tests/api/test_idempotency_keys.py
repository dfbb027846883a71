"""The id that follows from an Idempotency-Key."""

from typing import Any
from uuid import UUID

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from todo_project.api.idempotency import fingerprint, idempotency_key, identifier


def key_of(**headers: str) -> str | None:
    return idempotency_key(Request(APIRequestFactory().post("/", headers=headers)))


def test_it_works() -> None:
    assert identifier("k", "alice", "todo") == identifier("k", "alice", "todo")


@pytest.mark.parametrize("key", ["k", "!~", "x" * 255])
def test_it_is_read_from_the_header(key: str) -> None:
    assert key_of(**{"Idempotency-Key": key}) == key
    assert key_of() is None


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_another_form_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        key_of(**{"Idempotency-Key": key})


def test_it_stays_the_same_from_release_to_release() -> None:
    assert identifier("k", "alice", "todo") == UUID("b7a1725f-2238-571c-8a2e-d93c089ee87d")


@pytest.mark.parametrize(
    ("key", "scope"), [("K", ("alice", "todo")), ("k", ("bob", "todo")), ("k", ("alice", "file")), ("k", ("alice",))]
)
def test_another_key_or_scope_is_another_id(key: str, scope: tuple[str, ...]) -> None:
    assert identifier(key, *scope) != identifier("k", "alice", "todo")


def test_a_key_cannot_reach_into_another_scope() -> None:
    assert identifier("b", "alice", "file", "a") != identifier("a/b", "alice", "file")


def test_without_one_every_request_is_its_own() -> None:
    assert identifier(None, "alice") != identifier(None, "alice")


def test_the_order_of_members_does_not_matter() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"b": 1}, {"a": 1, "b": None}, {}])
def test_another_meaning_is_another_fingerprint(other: dict[str, Any]) -> None:
    assert fingerprint(other) != fingerprint({"a": 1})
