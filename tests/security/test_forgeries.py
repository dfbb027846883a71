"""No forged token opens any route."""

from typing import Any

import pytest

from tests.conftest import client_with
from tests.security.forgeries import FORGERIES, Forge, header
from tests.security.routes import BODIES, call, routes

TODO, FILE = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"


def test_it_works(pool: Forge) -> None:
    """The good token of this very pool is let in."""
    assert client_with(f"Bearer {pool.sign()}").get("/api/me/todos").status_code == 200
    assert client_with(pool.sign()).get("/api/me/todos").status_code == 200


@pytest.mark.promise(
    "A new route without its line in these tests fails them", "the routes of the URL configuration against the tests' list"
)
def test_every_route_is_known_here() -> None:
    assert {route.line for route in routes()} == set(BODIES)


def test_there_are_enough_of_them() -> None:
    assert len(FORGERIES) >= 30


@pytest.mark.promise(
    "No forged, foreign or expired token opens a route: 401, the same body, nothing changed",
    f"{len(FORGERIES)} forgeries, each on {len(BODIES)} routes and methods from the URL configuration",
    each=len(BODIES),
)
@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_opens_any_route(name: str, pool: Forge, stored: Any) -> None:
    before = stored()
    client = client_with(header(pool, name))
    bodies = set()
    for route in routes():
        answer = call(client, route, route.path(todo=TODO, file=FILE))
        assert answer.status_code == 401, (route.line, answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.json()
        assert body.pop("requestID") == answer.headers["X-Request-ID"]
        bodies.add(tuple(sorted(body.items())))
    assert bodies == {
        (
            ("detail", "Log in: this needs a valid access token or ID token in the Authorization header."),
            ("status", 401),
            ("title", "Unauthorized"),
            ("type", "urn:problem:todo:not-authenticated"),
        )
    }
    assert stored() == before


def test_a_refresh_token_opens_nothing(alice: Any) -> None:
    assert client_with(f"Bearer {alice.tokens.refresh}").get("/api/me/todos").status_code == 401


@pytest.mark.parametrize("name", ["access_token", "token", "Authorization"])
def test_a_token_in_the_address_opens_nothing(name: str, alice: Any, anonymous: Any) -> None:
    assert anonymous.get(f"/api/me/todos?{name}={alice.tokens.access}").status_code == 401


def test_a_token_in_a_cookie_opens_nothing(alice: Any, anonymous: Any) -> None:
    anonymous.cookies["Authorization"] = anonymous.cookies["token"] = anonymous.cookies["sessionid"] = alice.tokens.access
    assert anonymous.get("/api/me/todos").status_code == 401
