"""The published web client's exact calls: a bare ID token, the e-mail in the path, an empty string for no date."""

from typing import Any

import pytest


def test_it_works(alice: Any) -> None:
    client, base = alice.legacy, f"/api/{alice.email}/todos"
    added = client.post(f"{base}/add", {"title": "Buy milk", "description": "2 l", "dateDue": ""})
    assert (added.status_code, added.json()) == (200, {"status": "success"})
    [todo] = client.get(base).json()["todos"]
    assert (todo["title"], todo["description"], todo["dateDue"]) == ("Buy milk", "2 l", None)
    assert client.get(f"{base}/{todo['todoID']}").json() == todo
    assert client.post(f"{base}/{todo['todoID']}/addnotes", {"notes": "oat"}).json() == {"Update": "Success"}
    assert client.post(f"{base}/{todo['todoID']}/complete").json() == {"Update": "Success"}
    changed = client.get(f"{base}/{todo['todoID']}").json()
    assert (changed["notes"], changed["completed"]) == ("oat", True)
    assert [t["title"] for t in client.get(base, query_params={"search": "MILK"}).json()["todos"]] == ["Buy milk"]
    deleted = client.delete(f"{base}/{todo['todoID']}/delete")
    assert (deleted.status_code, deleted.json()) == (200, {"status": "success"})
    assert client.get(base).json()["todos"] == []
    assert len(client.get(f"{base}?trashed=true").json()["todos"]) == 1


def test_add_takes_a_date(alice: Any) -> None:
    alice.legacy.post("/api/me/todos/add", {"title": "x", "description": "", "dateDue": "2026-12-24"})
    assert alice.api.get("/api/me/todos").json()["todos"][0]["dateDue"] == "2026-12-24"


def test_add_honours_the_idempotency_key(alice: Any) -> None:
    for _ in range(2):
        alice.legacy.post("/api/me/todos/add", {"title": "x"}, headers={"Idempotency-Key": "k"})
    assert len(alice.api.get("/api/me/todos").json()["todos"]) == 1


ROUTES = [("post", "complete"), ("post", "addnotes"), ("delete", "delete")]


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x", "dateDue": "soon"}, {"title": "x", "notes": "no"}])
def test_add_refuses(body: dict[str, Any], alice: Any, problem: Any) -> None:
    problem(alice.legacy.post("/api/me/todos/add", body), 400, "invalid-input")


@pytest.mark.parametrize("body", [{}, {"notes": None}, {"notes": "x" * 50_001}, {"notes": "x", "title": "y"}])
def test_addnotes_refuses(body: dict[str, Any], alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.legacy.post(f"/api/me/todos/{todo['todoID']}/addnotes", body), 400, "invalid-input")


@pytest.mark.parametrize(("method", "action"), ROUTES)
@pytest.mark.parametrize("wrong", ["get", "put"])
def test_only_the_published_verb_acts(wrong: str, method: str, action: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(getattr(alice.legacy, wrong)(f"/api/me/todos/{todo['todoID']}/{action}"), 405, "method-not-allowed")
    problem(getattr(alice.legacy, wrong)("/api/me/todos/add"), 405, "method-not-allowed")
    assert alice.api.get("/api/me/todos").json()["todos"] == [todo]


@pytest.mark.parametrize(("method", "action"), ROUTES)
def test_the_outsider_finds_nothing_and_changes_nothing(method: str, action: str, alice: Any, charlie: Any, problem: Any) -> None:
    todo = alice.add()
    for name in ("me", charlie.email, alice.email, alice.subject):
        answer = getattr(charlie.legacy, method)(f"/api/{name}/todos/{todo['todoID']}/{action}", {"notes": "x"})
        problem(answer, 404, "not-found")
    problem(charlie.legacy.post(f"/api/{alice.email}/todos/add", {"title": "x"}), 404, "not-found")
    assert alice.api.get("/api/me/todos").json()["todos"] == [todo]


@pytest.mark.parametrize(("method", "action"), ROUTES)
def test_nobody_is_asked_to_log_in(method: str, action: str, alice: Any, anonymous: Any, problem: Any) -> None:
    todo = alice.add()
    problem(getattr(anonymous, method)(f"/api/me/todos/{todo['todoID']}/{action}"), 401, "not-authenticated")
    problem(anonymous.post("/api/me/todos/add"), 401, "not-authenticated")
