"""Adding to-dos, and the list's order."""

from typing import Any

import pytest


def test_it_works(alice: Any) -> None:
    answer = alice.api.post(
        "/api/me/todos", {"title": "  Buy milk ", "description": "2 l", "dateDue": "2026-12-24", "notes": "oat"}
    )
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/api/me/todos/{body['todoID']}"
    assert answer.headers["ETag"] == '"1"'
    assert body == {
        "todoID": body["todoID"],
        "userID": alice.subject,
        "title": "Buy milk",
        "description": "2 l",
        "notes": "oat",
        "dateDue": "2026-12-24",
        "completed": False,
        "dateCompleted": None,
        "starred": False,
        "repeats": None,
        "nextID": None,
        "dateCreated": body["dateCreated"],
        "dateModified": body["dateCreated"],
        "attachments": 0,
        "version": 1,
    }
    assert alice.api.get("/api/me/todos").json() == {"todos": [body], "next": None}


def test_open_ones_come_first_by_due_date_then_the_newest_and_those_completed_last(alice: Any) -> None:
    for title, due, completed in [
        ("none, older", None, False),
        ("late", "2027-01-01", False),
        ("soon, older", "2026-12-01", False),
        ("done soon", "2026-11-01", True),
        ("soon, newer", "2026-12-01", False),
        ("none, newer", None, False),
        ("done, none", None, True),
    ]:
        alice.add(title, dateDue=due, completed=completed)
    titles = [todo["title"] for todo in alice.api.get("/api/me/todos").json()["todos"]]
    assert titles == ["soon, newer", "soon, older", "late", "none, newer", "none, older", "done, none", "done soon"]


def test_completed_ones_are_listed_by_when_they_were_completed(alice: Any) -> None:
    first, second = alice.add("first", dateDue="2026-12-01"), alice.add("second", dateDue="2026-11-01")
    for todo in (second, first):
        alice.api.patch(f"/api/me/todos/{todo['todoID']}", {"completed": True})
    completed = alice.api.get("/api/me/todos?completed=true").json()["todos"]
    assert [todo["title"] for todo in completed] == ["first", "second"]
    assert [todo["dateCompleted"] for todo in completed] == [todo["dateModified"] for todo in completed]


def test_the_completed_filter_shows_one_half_of_the_list(alice: Any) -> None:
    alice.add("open")
    alice.add("done", completed=True)
    assert [t["title"] for t in alice.api.get("/api/me/todos?completed=false").json()["todos"]] == ["open"]
    assert [t["title"] for t in alice.api.get("/api/me/todos?completed=true").json()["todos"]] == ["done"]


def test_a_person_without_todos_gets_an_empty_list(alice: Any) -> None:
    assert alice.api.get("/api/me/todos").json() == {"todos": [], "next": None}


def test_the_list_shows_ones_own_only(alice: Any, bob: Any) -> None:
    mine = alice.add("Alice's")
    bob.add("Bob's")
    assert alice.api.get("/api/me/todos").json()["todos"] == [mine]


@pytest.mark.parametrize("name", ["subject", "email"])
def test_the_path_may_name_the_caller_by(name: str, alice: Any) -> None:
    todo = alice.add()
    assert alice.legacy.get(f"/api/{getattr(alice, name)}/todos").json()["todos"] == [todo]


def test_the_email_in_the_path_ignores_case(alice: Any) -> None:
    assert alice.legacy.get(f"/api/{alice.email.upper()}/todos").status_code == 200


def test_the_email_is_not_known_from_an_access_token(alice: Any, problem: Any) -> None:
    problem(alice.api.get(f"/api/{alice.email}/todos"), 404, "not-found")


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_list_is_not_there(method: str, alice: Any, charlie: Any, problem: Any) -> None:
    for name in (alice.subject, alice.email):
        problem(getattr(charlie.legacy, method)(f"/api/{name}/todos", {"title": "x"}), 404, "not-found")
    assert alice.api.get("/api/me/todos").json()["todos"] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_asked_to_log_in(method: str, anonymous: Any, problem: Any) -> None:
    answer = getattr(anonymous, method)("/api/me/todos")
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="todo"'


def test_other_methods_are_named(alice: Any, problem: Any) -> None:
    answer = alice.api.put("/api/me/todos", {})
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"
