"""Every response, good or bad, says what browsers and caches may do with it, and nothing about what made it."""

from typing import Any

import pytest
from django.conf import settings

from tests.security.promises import HEADERS
from tests.security.routes import BODIES, call, routes

TODO, FILE = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"
pytestmark = HEADERS
ASKED = ["/healthz", "/readyz", "/api/schema/", "/api/nothing", "/nothing", "/api/me/todos?limit=0"]


def check(answer: Any) -> None:
    """The headers of one response."""
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Request-ID"]
    assert not {"Server", "X-Powered-By", "Set-Cookie", "Access-Control-Allow-Origin"} & set(answer.headers)
    assert b"Traceback" not in answer.content
    assert settings.SECRET_KEY.encode() not in answer.content


@pytest.mark.parametrize("line", sorted(BODIES))
@pytest.mark.parametrize("who", ["alice", "anonymous"])
def test_personal_data_is_not_stored(line: str, who: str, alice: Any, anonymous: Any) -> None:
    route = next(route for route in routes() if route.line == line)
    answer = call(alice.api if who == "alice" else anonymous, route, route.path(todo=TODO, file=FILE))
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ASKED)
def test_every_other_answer(path: str, alice: Any) -> None:
    check(alice.api.get(path))


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "OPTIONS", "HEAD", "PROPFIND", "XYZZY"])
def test_methods_that_no_route_has(method: str, alice: Any) -> None:
    answer = alice.api.generic(method, f"/api/me/todos/{TODO}/delete")
    check(answer)
    assert answer.status_code in (200, 404, 405)
    assert answer.status_code != 200 or method == "OPTIONS"


def test_a_crash_tells_nothing(alice: Any, monkeypatch: pytest.MonkeyPatch, problem: Any) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"the key is {settings.SECRET_KEY}")

    monkeypatch.setattr("todos.repository.page", crash)
    answer = alice.api.get("/api/me/todos")
    body = problem(answer, 500, "internal-error")
    check(answer)
    assert body["detail"] == "Something went wrong here. Report it with this requestID."
