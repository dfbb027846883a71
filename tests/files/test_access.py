"""Every route, for another account and without a token: what is Alice's is not there for Charlie."""

from typing import Any

import httpx
import pytest

NOTE = {"fileName": "note.txt", "contentType": "text/plain", "size": 5}

# Each route with a body that it takes from its owner.
ROUTES = [
    ("get", "/api/{todo}/files", None),
    ("get", "/api/{todo}/files?trashed=true", None),
    ("post", "/api/{todo}/files", NOTE),
    ("delete", "/api/{todo}/files/{listed}", None),
    ("post", "/api/{todo}/files/{arrived}/complete", None),
    ("post", "/api/{todo}/files/{trashed}/restore", None),
    ("post", "/api/{todo}/files/upload", {"fileName": "note.txt", "filePath": "x"}),
    ("delete", "/api/{todo}/files/{listed}/delete", {"filePath": "x"}),
]


@pytest.fixture
def path(alice: Any, todo: str, arrived: Any) -> Any:
    """A route's path, for a to-do with a file in each state."""
    listed, trashed = alice.attach(todo, "listed.txt")["fileID"], alice.attach(todo, "trashed.txt")["fileID"]
    alice.api.delete(f"/api/{todo}/files/{trashed}")
    ids = {"todo": todo, "listed": listed, "trashed": trashed, "arrived": arrived["fileID"]}
    return lambda route: route.format(**ids)


@pytest.fixture
def state(alice: Any, todo: str, path: Any, rows: Any, settings: Any) -> Any:
    """Everything that is stored."""

    def call() -> list[Any]:
        stored = rows(settings.TODOS_TABLE) + rows(settings.FILES_TABLE)
        return sorted(map(repr, stored))

    return call


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_the_outsider_finds_nothing(
    method: str, route: str, body: Any, charlie: Any, path: Any, state: Any, problem: Any
) -> None:
    before = state()
    for client in (charlie.api, charlie.legacy):
        answer = getattr(client, method)(path(route), body)
        assert problem(answer, 404, "not-found")["detail"] == "There is nothing here that belongs to you."
    assert state() == before


@pytest.mark.parametrize(("method", "route", "body"), [route for route in ROUTES if route[1].count("{") == 2])
def test_the_outsider_finds_nothing_below_a_todo_of_his_own(
    method: str, route: str, body: Any, charlie: Any, path: Any, todo: str, problem: Any
) -> None:
    own = charlie.add("Charlie's")["todoID"]
    problem(getattr(charlie.api, method)(path(route).replace(todo, own), body), 404, "not-found")


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_nobody_is_asked_to_log_in(
    method: str, route: str, body: Any, anonymous: Any, path: Any, state: Any, problem: Any
) -> None:
    before = state()
    answer = getattr(anonymous, method)(path(route), body)
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="todo"'
    assert state() == before


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_the_owner_is_let_in(method: str, route: str, body: Any, alice: Any, path: Any) -> None:
    expected = {400} if route.endswith("/upload") else {200, 201, 204}
    assert getattr(alice.legacy, method)(path(route), body).status_code in expected


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        ("/api/{todo}/files", "GET, POST, HEAD, OPTIONS"),
        ("/api/{todo}/files/{listed}", "DELETE, OPTIONS"),
        ("/api/{todo}/files/{listed}/complete", "POST, OPTIONS"),
        ("/api/{todo}/files/{listed}/restore", "POST, OPTIONS"),
        ("/api/{todo}/files/{listed}/delete", "DELETE, OPTIONS"),
        ("/api/{todo}/files/upload", "POST, OPTIONS"),
    ],
)
def test_reading_never_changes_anything(route: str, allowed: str, alice: Any, path: Any, state: Any, problem: Any) -> None:
    before = state()
    answer = alice.api.get(path(route))
    if "GET" not in allowed:
        problem(answer, 405, "method-not-allowed")
        assert sorted(answer.headers["Allow"].split(", ")) == sorted(allowed.split(", "))
    assert state() == before


def test_a_download_address_is_of_no_use_once_changed(alice: Any, todo: str) -> None:
    url = alice.attach(todo)["filePath"]
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.replace("note.txt", "other.txt")).status_code == 403
    assert httpx.get(url.split("?")[0]).status_code == 403
