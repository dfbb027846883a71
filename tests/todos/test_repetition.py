"""Completing a to-do that repeats makes the next one, exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from todo_project.aws import dynamodb
from todos.repetition import following


def url(todo: dict[str, Any]) -> str:
    return f"/api/me/todos/{todo['todoID']}"


def complete(person: Any, todo: dict[str, Any], **headers: str) -> Any:
    return person.api.patch(url(todo), {"completed": True}, headers=headers)


def listed(person: Any) -> list[dict[str, Any]]:
    todos: list[dict[str, Any]] = person.api.get("/api/me/todos").json()["todos"]
    return todos


def test_it_works(alice: Any) -> None:
    todo = alice.add("Water the ficus", dateDue="9000-01-31", repeats="monthly", notes="Half a litre.", starred=True)
    done = complete(alice, todo).json()
    following_id, moment = done["nextID"], done["dateModified"]
    assert done == {
        **todo,
        "completed": True,
        "dateCompleted": moment,
        "dateModified": moment,
        "repeats": None,
        "nextID": following_id,
        "version": 2,
    }
    fresh = {"todoID": following_id, "dateDue": "9000-02-28", "dateCreated": moment, "dateModified": moment}
    assert listed(alice) == [{**todo, **fresh}, done]
    assert alice.api.get(url(done)).json() == done


@pytest.mark.parametrize(
    ("repeats", "due", "today", "wanted"),
    [
        ("daily", "2026-11-27", "2026-11-27", "2026-11-28"),
        ("daily", "2026-11-30", "2026-11-27", "2026-12-01"),
        ("daily", "2026-11-01", "2026-11-27", "2026-11-27"),
        ("weekdays", "2026-11-26", "2026-11-26", "2026-11-27"),
        ("weekdays", "2026-11-27", "2026-11-27", "2026-11-30"),
        ("weekdays", "2026-11-20", "2026-11-28", "2026-11-30"),
        ("weekly", "2026-11-27", "2026-11-27", "2026-12-04"),
        ("weekly", "2026-11-02", "2026-11-27", "2026-11-30"),
        ("weekly", "2026-11-02", "2026-11-30", "2026-11-30"),
        ("monthly", "2026-11-27", "2026-11-27", "2026-12-27"),
        ("monthly", "2024-01-31", "2024-01-31", "2024-02-29"),
        ("monthly", "2026-01-15", "2026-11-27", "2026-12-15"),
        ("monthly", "2026-01-27", "2026-11-27", "2026-11-27"),
        ("daily", "9999-12-31", "2026-11-27", "9999-12-31"),
        ("monthly", "9999-12-01", "2026-11-27", "9999-12-31"),
    ],
)
def test_the_next_day_is_after_the_last_and_not_in_the_past(repeats: str, due: str, today: str, wanted: str) -> None:
    assert following(repeats, date.fromisoformat(due), date.fromisoformat(today)).isoformat() == wanted


def test_without_a_day_it_counts_from_the_day_of_completing(alice: Any) -> None:
    complete(alice, alice.add(repeats="daily"))
    following_one, done = listed(alice)
    assert following_one["dateDue"] > done["dateCompleted"][:10]


def test_completing_again_makes_no_other(alice: Any) -> None:
    todo = alice.add(repeats="daily", dateDue="9000-01-01")
    done = complete(alice, todo).json()
    assert complete(alice, todo).json() == done
    assert complete(alice, todo, **{"If-Match": '"1"'}).status_code == 412
    assert len(listed(alice)) == 2


def test_many_at_once_make_one(alice: Any) -> None:
    todo = alice.add(repeats="daily", dateDue="9000-01-01")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: complete(alice, todo), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["nextID"] for answer in answers}) == 1
    assert len(listed(alice)) == 2


def test_what_changes_with_it_changes_the_next_one_too(alice: Any) -> None:
    todo = alice.add("Water", repeats="daily", dateDue="9000-01-01")
    alice.api.patch(url(todo), {"completed": True, "title": "Water the ficus", "dateDue": "9000-01-05"})
    assert [(one["title"], one["dateDue"]) for one in listed(alice)] == [
        ("Water the ficus", "9000-01-06"),
        ("Water the ficus", "9000-01-05"),
    ]


def test_it_may_be_made_to_repeat_as_it_is_completed(alice: Any) -> None:
    todo = alice.add(dateDue="9000-01-01")
    done = alice.api.patch(url(todo), {"completed": True, "repeats": "weekly"}, headers={"If-Match": '"1"'}).json()
    assert [(one["dateDue"], one["repeats"], one["completed"]) for one in listed(alice)] == [
        ("9000-01-08", "weekly", False),
        ("9000-01-01", None, True),
    ]
    assert done["version"] == 2


def test_what_is_completed_may_be_made_to_repeat(alice: Any) -> None:
    todo = alice.add(completed=True)
    done = alice.api.patch(url(todo), {"completed": True, "repeats": "weekly"}).json()
    assert listed(alice) == [{**todo, "repeats": "weekly", "version": 2, "dateModified": done["dateModified"]}]


def test_the_last_time_makes_no_next_one(alice: Any) -> None:
    todo = alice.add(repeats="daily")
    done = alice.api.patch(url(todo), {"completed": True, "repeats": None}).json()
    assert (done["nextID"], listed(alice)) == (None, [done])


def test_reopened_it_repeats_no_more(alice: Any) -> None:
    todo = alice.add(repeats="daily", dateDue="9000-01-01")
    complete(alice, todo)
    assert alice.api.patch(url(todo), {"completed": False}).json()["repeats"] is None
    complete(alice, todo)
    assert len(listed(alice)) == 2


def test_the_published_client_makes_the_next_one_too(alice: Any) -> None:
    todo = alice.add(repeats="daily")
    assert alice.legacy.post(f"/api/me/todos/{todo['todoID']}/complete").json() == {"Update": "Success"}
    assert len(listed(alice)) == 2


@pytest.fixture
def before_the_transaction() -> Any:
    """Does something once, before the next transaction is sent."""
    acts: list[Any] = []

    def meanwhile(**_: Any) -> None:
        while acts:
            acts.pop()()

    events = dynamodb.client().meta.events
    events.register_first("before-call.dynamodb.TransactWriteItems", meanwhile)
    yield acts.append
    events.unregister("before-call.dynamodb.TransactWriteItems", meanwhile)


def test_a_change_that_comes_between_is_in_the_next_one(alice: Any, before_the_transaction: Any) -> None:
    todo = alice.add("Water", repeats="daily", dateDue="9000-01-01")
    before_the_transaction(lambda: alice.api.patch(url(todo), {"title": "Water the ficus"}))
    assert complete(alice, todo).status_code == 200
    assert [one["title"] for one in listed(alice)] == ["Water the ficus", "Water the ficus"]


def test_what_is_stale_makes_nothing(alice: Any, before_the_transaction: Any, problem: Any) -> None:
    todo = alice.add("Water", repeats="daily", dateDue="9000-01-01")
    before_the_transaction(lambda: alice.api.patch(url(todo), {"title": "Water the ficus"}))
    problem(complete(alice, todo, **{"If-Match": '"1"'}), 412, "stale-version")
    assert [(one["title"], one["completed"]) for one in listed(alice)] == [("Water the ficus", False)]


def test_the_outsider_completes_nothing(alice: Any, charlie: Any, problem: Any) -> None:
    todo = alice.add(repeats="daily")
    problem(complete(charlie, todo), 404, "not-found")
    assert (listed(alice), listed(charlie)) == ([todo], [])
