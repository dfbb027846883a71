"""A token verified before is known: for as long as it is good, and not a moment longer."""

import time
from typing import Any

import pytest

from todo_project.api import authentication, verified_tokens
from todo_project.api.authentication import Principal
from todo_project.api.verified_tokens import MAX_TOKENS, VerifiedTokens, digest

ALICE = Principal("sub-alice", "alice")


def test_it_works() -> None:
    known: VerifiedTokens[Principal] = VerifiedTokens()
    assert known.caller(digest("token")) is None
    known.keep(digest("token"), ALICE, time.time() + 60)
    assert known.caller(digest("token")) is ALICE
    assert known.caller(digest("tokem")) is None


def test_it_is_forgotten_when_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    known: VerifiedTokens[Principal] = VerifiedTokens()
    known.keep(digest("token"), ALICE, 1000)
    monkeypatch.setattr(verified_tokens.time, "time", lambda: 999.9)
    assert known.caller(digest("token")) is ALICE
    monkeypatch.setattr(verified_tokens.time, "time", lambda: 1000.0)
    assert known.caller(digest("token")) is None
    monkeypatch.setattr(verified_tokens.time, "time", lambda: 999.9)
    assert known.caller(digest("token")) is None


def test_only_so_many_are_kept_and_the_used_ones_stay() -> None:
    known: VerifiedTokens[Principal] = VerifiedTokens()
    for number in range(MAX_TOKENS):
        known.keep(digest(str(number)), ALICE, time.time() + 60)
    assert known.caller(digest("0")) is ALICE
    known.keep(digest("one more"), ALICE, time.time() + 60)
    assert known.caller(digest("0")) is ALICE
    assert known.caller(digest("1")) is None


def test_other_settings_are_another_digest() -> None:
    assert len({digest("t"), digest("t", "a"), digest("t", "b"), digest("t", "a", "b"), digest("t", "ab")}) == 5


def test_a_token_is_verified_once(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "_known", VerifiedTokens())
    verified: list[str] = []
    original = authentication._claims
    monkeypatch.setattr(authentication, "_claims", lambda token: verified.append(token) or original(token))
    assert {alice.api.get("/api/me/todos").status_code for _ in range(3)} == {200}
    assert len(verified) == 1


def test_a_token_for_another_client_is_refused_although_it_was_known(alice: Any, settings: Any, problem: Any) -> None:
    assert alice.api.get("/api/me/todos").status_code == 200
    settings.COGNITO_CLIENT_ID = "another"
    problem(alice.api.get("/api/me/todos"), 401, "not-authenticated")


def test_a_refused_token_is_never_kept(alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known: VerifiedTokens[Principal] = VerifiedTokens()
    monkeypatch.setattr(authentication, "_known", known)
    client = alice.api
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {alice.tokens.access[:-4]}AAAA")
    for _ in range(2):
        problem(client.get("/api/me/todos"), 401, "not-authenticated")
    assert not known._known


def test_it_can_be_switched_off(alice: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known: VerifiedTokens[Principal] = VerifiedTokens()
    monkeypatch.setattr(authentication, "_known", known)
    settings.OPTIMISATIONS_OFF = ["tokens"]
    assert alice.api.get("/api/me/todos").status_code == 200
    assert not known._known
