"""The pool's public keys: fetched when needed, kept, and kept while their endpoint is down."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.tokens import jwks, token
from tests.conftest import client_with

HOUR, DAY = 3600, 24 * 3600


def status(**of: Any) -> int:
    return client_with(token(**of)).get("/api/me/todos").status_code


def test_it_works(endpoint: Any) -> None:
    assert [status() for _ in range(5)] == [200] * 5
    assert endpoint.asked == 1


def test_nothing_is_fetched_before_a_token_comes(endpoint: Any, anonymous: Any) -> None:
    anonymous.get("/api/me/todos")
    client_with("Bearer nonsense").get("/api/me/todos")
    assert endpoint.asked == 0


def test_many_at_once_fetch_once(endpoint: Any) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: status(), range(8))) == [200] * 8
    assert endpoint.asked == 1


def test_forged_key_ids_fetch_at_most_once_a_minute(endpoint: Any, wait: Any) -> None:
    status()
    for _ in range(3):
        wait(61)
        assert [status(kid="unknown") for _ in range(4)] == [401] * 4
    assert endpoint.asked == 4


def test_a_new_key_is_found(endpoint: Any, wait: Any) -> None:
    status()
    endpoint.body = jwks("known", "new")
    wait(61)
    assert status(kid="new") == 200
    assert endpoint.asked == 2


def test_a_withdrawn_key_is_forgotten_after_a_day(endpoint: Any, wait: Any) -> None:
    status()
    endpoint.body = jwks("new")
    wait(DAY - 60)
    assert status() == 200
    wait(120)
    assert (status(), status(kid="new")) == (401, 200)


BROKEN = {
    "an error": {"status": 500},
    "a redirect": {"status": 302},
    "a page": {"body": b"<html>"},
    "a list": {"body": b"[]"},
    "a set without keys": {"body": b'{"keys": []}'},
    "half of it": {"length": 100_000},
    "a byte that is no UTF-8": {"body": b"\xff"},
}


@pytest.fixture(params=BROKEN)
def break_(request: Any, endpoint: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the endpoint return what is no key set."""

    def call() -> None:
        for name, value in BROKEN[request.param].items():
            monkeypatch.setattr(endpoint, name, value)

    return call


def test_without_keys_the_service_asks_to_try_again(break_: Any, problem: Any) -> None:
    break_()
    answer = client_with(token()).get("/api/me/todos")
    assert problem(answer, 503, "unavailable")["detail"] == "The service cannot verify tokens at the moment; try again shortly."
    assert answer.headers["Retry-After"] == "1"


def test_keys_once_known_go_on_working(break_: Any, endpoint: Any, wait: Any) -> None:
    status()
    break_()
    assert (status(), status(kid="unknown")) == (200, 401)
    wait(61)
    assert (status(kid="unknown"), status()) == (401, 200)
    wait(2 * DAY)
    assert (status(), status(kid="unknown")) == (200, 401)
    assert endpoint.asked == 3


def test_without_keys_it_asks_once_a_second(endpoint: Any, wait: Any) -> None:
    endpoint.status = 500
    assert [status() for _ in range(3)] == [503] * 3
    assert endpoint.asked == 1
    endpoint.status = 200
    wait(1.1)
    assert [status() for _ in range(3)] == [200] * 3
    assert endpoint.asked == 2


def test_those_who_waited_for_an_attempt_that_failed_do_not_repeat_it(endpoint: Any, wait: Any) -> None:
    endpoint.status = 500
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: status(), range(4))) == [503] * 4
    assert endpoint.asked == 1


def test_an_endpoint_that_does_not_answer_at_all_is_one_that_is_down(endpoint: Any) -> None:
    endpoint.shutdown()
    endpoint.server_close()
    assert status() == 503


def test_the_log_says_why_and_the_answer_does_not(endpoint: Any, log: Any) -> None:
    endpoint.status = 500
    answer = client_with(token()).get("/api/me/todos")
    assert "500" not in answer.json()["detail"]
    [fetching, *_] = log()
    assert (fetching["level"], fetching["message"]) == ("WARNING", "cannot fetch the key set")
    assert "HTTP Error 500" in fetching["exc_info"]
