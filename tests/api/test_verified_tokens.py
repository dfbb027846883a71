"""A token verified before is known: for as long as it is good, and not a moment longer."""

from collections.abc import Iterator
from typing import Any

import pytest
from cachetools import TLRUCache

from todo_project.api import authentication
from todo_project.api.authentication import TOKENS_MAX, Principal, verify

ALICE = Principal("sub-alice", "alice")
NOW = 1_000


class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of an empty cache of verified tokens."""
    time = Clock()
    empty = TLRUCache(TOKENS_MAX, ttu=authentication._verified.ttu, timer=time)
    monkeypatch.setattr(authentication, "_verified", empty)
    return time


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature was verified: each is good for a minute, and Alice's."""
    tokens: list[str] = []
    monkeypatch.setattr(authentication, "_claims", lambda token: tokens.append(token) or {"exp": NOW + 60})
    monkeypatch.setattr(authentication, "_principal", lambda _: ALICE)
    return tokens


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    authentication._verified.clear()


def test_it_works(clock: Clock, checked: list[str]) -> None:
    assert {verify("token") for _ in range(3)} == {ALICE}
    assert checked == ["token"]
    verify("another")
    assert checked == ["token", "another"]


def test_it_is_forgotten_when_it_expires(clock: Clock, checked: list[str]) -> None:
    verify("token")
    clock.now = NOW + 59.9
    verify("token")
    assert len(checked) == 1
    clock.now = NOW + 60.0
    verify("token")
    assert len(checked) == 2


def test_only_so_many_are_kept_and_the_used_ones_stay(clock: Clock, checked: list[str]) -> None:
    for number in range(TOKENS_MAX):
        verify(str(number))
    verify("0")
    verify("one more")
    checked.clear()
    verify("0")
    assert checked == []
    verify("1")
    assert checked == ["1"]


@pytest.mark.parametrize("name", ["COGNITO_CLIENT_ID", "COGNITO_ISSUER", "COGNITO_JWKS_URL"])
def test_with_other_settings_it_is_verified_again(name: str, clock: Clock, checked: list[str], settings: Any) -> None:
    verify("token")
    setattr(settings, name, "another")
    verify("token")
    assert checked == ["token", "token"]


def test_a_token_for_another_client_is_refused_although_it_was_known(alice: Any, settings: Any, problem: Any) -> None:
    assert alice.api.get("/api/me/todos").status_code == 200
    settings.COGNITO_CLIENT_ID = "another"
    problem(alice.api.get("/api/me/todos"), 401, "not-authenticated")


def test_a_refused_token_is_never_kept(alice: Any, problem: Any) -> None:
    authentication._verified.clear()
    client = alice.api
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {alice.tokens.access[:-4]}AAAA")
    for _ in range(2):
        problem(client.get("/api/me/todos"), 401, "not-authenticated")
    assert not authentication._verified
