"""A retried creation with the same Idempotency-Key makes one to-do."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid5

import pytest

KEY = {"Idempotency-Key": "5f0c-1"}


def test_it_works(alice: Any) -> None:
    first = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY)
    again = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    assert alice.api.get("/api/me/todos").json()["todos"] == [first.json()]


def test_a_client_knows_the_id_before_the_answer(alice: Any) -> None:
    made = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()
    name = f"{made['userID']}\ntodo\n{KEY['Idempotency-Key']}"
    assert made["todoID"] == str(uuid5(UUID("5ba52b4b-0f4c-4c9b-9e0c-1c7f5a9f1c52"), name))


def test_the_key_is_the_persons_own(alice: Any, bob: Any) -> None:
    mine = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()
    other = bob.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()
    assert mine["todoID"] != other["todoID"]


def test_another_key_makes_another_todo(alice: Any) -> None:
    for key in ("a", "b"):
        alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers={"Idempotency-Key": key})
    assert len(alice.api.get("/api/me/todos").json()["todos"]) == 2


def test_the_same_key_with_other_content_is_refused(alice: Any, problem: Any) -> None:
    alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY)
    problem(alice.api.post("/api/me/todos", {"title": "Buy bread"}, headers=KEY), 409, "conflict")
    assert [todo["title"] for todo in alice.api.get("/api/me/todos").json()["todos"]] == ["Buy milk"]


def test_a_retry_after_a_change_does_not_undo_it(alice: Any) -> None:
    first = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()
    alice.api.patch(f"/api/me/todos/{first['todoID']}", {"completed": True})
    assert alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()["completed"] is True


def test_a_retry_for_what_is_in_the_trash_is_refused_and_says_so(alice: Any, problem: Any) -> None:
    first = alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()
    alice.api.delete(f"/api/me/todos/{first['todoID']}")
    for call in (
        alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY),
        alice.legacy.post("/api/me/todos/add", {"title": "Buy milk"}, headers=KEY),
    ):
        assert problem(call, 409, "conflict")["detail"] == (
            "This Idempotency-Key made a to-do that is in the trash. Restore it, or use a new key."
        )
    alice.api.post(f"/api/me/todos/{first['todoID']}/restore")
    assert alice.api.post("/api/me/todos", {"title": "Buy milk"}, headers=KEY).json()["todoID"] == first["todoID"]


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "ü"])
def test_a_key_that_is_none_is_refused(key: str, alice: Any, problem: Any) -> None:
    body = problem(alice.api.post("/api/me/todos", {"title": "x"}, headers={"Idempotency-Key": key}), 400, "invalid-input")
    assert body["errors"][0]["field"] == "Idempotency-Key"


def test_retries_at_once_make_one(alice: Any) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: alice.api.post("/api/me/todos", {"title": "x"}, headers=KEY), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(alice.api.get("/api/me/todos").json()["todos"]) == 1
