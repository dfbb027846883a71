"""Reading, changing and trashing one to-do."""

from typing import Any
from uuid import uuid4

import pytest


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def test_it_works(alice: Any) -> None:
    todo = alice.add("Buy milk", dateDue="2026-12-24")
    answer = alice.api.patch(url(todo), {"title": "Buy oat milk", "completed": True, "dateDue": None, "notes": "1 l"})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    changed = answer.json()
    assert changed == {
        **todo,
        "title": "Buy oat milk",
        "completed": True,
        "dateCompleted": changed["dateModified"],
        "dateDue": None,
        "notes": "1 l",
        "version": 2,
        "dateModified": changed["dateModified"],
    }
    assert changed["dateModified"] > todo["dateModified"]
    read = alice.api.get(url(todo))
    assert (read.json(), read.headers["ETag"]) == (changed, '"2"')


def test_a_change_leaves_what_it_does_not_name(alice: Any) -> None:
    todo = alice.add("Buy milk", description="2 l", notes="oat", dateDue="2026-12-24")
    changed = alice.api.patch(url(todo), {"completed": True}).json()
    moment = changed["dateModified"]
    assert changed == {**todo, "completed": True, "dateCompleted": moment, "version": 2, "dateModified": moment}


def test_a_completed_todo_can_be_reopened_and_stands_where_it_stood(alice: Any) -> None:
    first, second = alice.add("first", dateDue="2026-12-01"), alice.add("second", dateDue="2026-12-02")
    alice.api.patch(url(first), {"completed": True})
    assert [t["title"] for t in alice.api.get("/api/me/todos").json()["todos"]] == ["second", "first"]
    alice.api.patch(url(first), {"completed": False})
    assert [t["title"] for t in alice.api.get("/api/me/todos").json()["todos"]] == ["first", "second"]
    assert second["version"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"title": " Buy milk "},
        {"notes": "oat", "description": ""},
        {"dateDue": "2026-12-24"},
        {"completed": False},
        {"starred": False, "repeats": None},
        {"title": "Buy milk", "dateDue": "2026-12-24", "completed": False},
    ],
)
def test_what_changes_nothing_leaves_the_version(change: dict[str, Any], alice: Any) -> None:
    todo = alice.add("Buy milk", notes="oat", dateDue="2026-12-24")
    answer = alice.api.patch(url(todo), change)
    assert (answer.status_code, answer.headers["ETag"], answer.json()) == (200, '"1"', todo)
    assert alice.api.get(url(todo)).json() == todo


def test_no_date_where_there_was_none_changes_nothing(alice: Any) -> None:
    todo = alice.add()
    assert alice.api.patch(url(todo), {"dateDue": None}).json() == todo


@pytest.mark.parametrize("change", [{}, {"title": "Buy milk"}, {"completed": False}])
def test_what_changes_nothing_is_stale_where_another_version_is_asked_for(
    change: dict[str, Any], alice: Any, problem: Any
) -> None:
    todo = alice.add("Buy milk")
    problem(alice.api.patch(url(todo), change, headers={"If-Match": '"2"'}), 412, "stale-version")


def test_a_star_and_a_repetition_come_and_go(alice: Any) -> None:
    todo = alice.add()
    marked = alice.api.patch(url(todo), {"starred": True, "repeats": "daily"}).json()
    assert marked == {**todo, "starred": True, "repeats": "daily", "version": 2, "dateModified": marked["dateModified"]}
    assert alice.api.patch(url(todo), {"starred": True, "repeats": "daily"}).json() == marked
    bare = alice.api.patch(url(todo), {"starred": False, "repeats": None}).json()
    assert bare == {**todo, "version": 3, "dateModified": bare["dateModified"]}


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_id_is_not_there(method: str, alice: Any, problem: Any) -> None:
    problem(getattr(alice.api, method)(f"/api/me/todos/{uuid4()}"), 404, "not-found")


def test_an_id_that_is_none_is_not_there(alice: Any, problem: Any) -> None:
    problem(alice.api.get("/api/me/todos/1"), 404, "not-found")


@pytest.mark.parametrize(("method", "suffix"), [("get", ""), ("patch", ""), ("delete", ""), ("post", "/restore")])
def test_the_outsider_finds_nothing_and_changes_nothing(method: str, suffix: str, alice: Any, charlie: Any, problem: Any) -> None:
    todo = alice.add()
    for name in ("me", charlie.subject, alice.subject, alice.email):
        answer = getattr(charlie.legacy, method)(f"/api/{name}/todos/{todo['todoID']}{suffix}", {})
        problem(answer, 404, "not-found")
    assert alice.api.get(url(todo)).json() == todo


@pytest.mark.parametrize(("method", "suffix"), [("get", ""), ("patch", ""), ("delete", ""), ("post", "/restore")])
def test_nobody_is_asked_to_log_in(method: str, suffix: str, alice: Any, anonymous: Any, problem: Any) -> None:
    todo = alice.add()
    problem(getattr(anonymous, method)(url(todo, suffix)), 401, "not-authenticated")
    assert alice.api.get(url(todo)).json() == todo
