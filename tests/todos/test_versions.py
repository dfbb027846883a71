"""ETag and If-Match: no change is lost to one that did not see it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from todo_project.aws.dynamodb import client, number
from todo_project.aws.keys import todo_key
from todos import repository


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def test_it_works(alice: Any, problem: Any) -> None:
    todo = alice.add("first")
    changed = alice.api.patch(url(todo), {"title": "second"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    problem(alice.api.patch(url(todo), {"title": "third"}, headers={"If-Match": '"1"'}), 412, "stale-version")
    assert alice.api.get(url(todo)).json()["title"] == "second"


@pytest.mark.parametrize("tag", ['"one"', 'w/"1"', "1", '"1", "2"', '""', '"' + "9" * 30 + '"'])
def test_a_tag_that_cannot_match_is_stale(tag: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.patch(url(todo), {"title": "x"}, headers={"If-Match": tag}), 412, "stale-version")
    assert alice.api.get(url(todo)).json() == todo


def test_a_star_matches_whatever_is_there(alice: Any) -> None:
    assert alice.api.patch(url(alice.add()), {"title": "x"}, headers={"If-Match": "*"}).status_code == 200


def test_a_stale_delete_is_refused(alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.delete(url(todo), headers={"If-Match": '"7"'}), 412, "stale-version")
    assert alice.api.delete(url(todo), headers={"If-Match": '"1"'}).status_code == 204


def test_a_stale_restore_is_refused(alice: Any, problem: Any) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    problem(alice.api.post(url(todo, "/restore"), headers={"If-Match": '"1"'}), 412, "stale-version")
    assert alice.api.post(url(todo, "/restore"), headers={"If-Match": '"2"'}).status_code == 200


def test_a_version_of_what_is_gone_is_404_and_not_412(alice: Any, problem: Any) -> None:
    problem(alice.api.patch(f"/api/me/todos/{UUID(int=1)}", {}, headers={"If-Match": '"1"'}), 404, "not-found")


def test_of_two_writers_who_read_the_same_version_one_is_refused(alice: Any) -> None:
    todo = alice.add()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: alice.api.patch(url(todo), {"title": f"{n}"}, headers={"If-Match": '"1"'}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


def test_changes_of_different_fields_without_if_match_are_all_kept(alice: Any) -> None:
    todo = alice.add()
    changes = [{"title": "t"}, {"notes": "n"}, {"description": "d"}, {"dateDue": "2026-12-24"}, {"completed": True}]
    with ThreadPoolExecutor(5) as pool:
        assert {answer.status_code for answer in pool.map(lambda body: alice.api.patch(url(todo), body), changes)} == {200}
    final = alice.api.get(url(todo)).json()
    assert {key: final[key] for change in changes for key in change} == {key: value for c in changes for key, value in c.items()}
    assert final["version"] == 6


def test_a_restore_that_is_overtaken_again_and_again_gives_up_and_says_so(
    alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    original = repository._write

    def overtaken(stored: Any, revised: Any) -> Any:
        client().update_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(stored.owner, stored.todo_id),
            UpdateExpression="SET version = version + :one",
            ExpressionAttributeValues={":one": number(1)},
        )
        return original(stored, revised)

    monkeypatch.setattr(repository, "_write", overtaken)
    problem(alice.api.post(url(todo, "/restore")), 409, "conflict")
    problem(alice.api.post(url(todo, "/restore"), headers={"If-Match": '"9"'}), 412, "stale-version")


@pytest.mark.parametrize("state", [True, False])
def test_a_state_that_others_turn_again_and_again_is_given_up(
    state: bool, alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = alice.add(completed=not state)
    original = repository._set

    def overtaken(owner: str, todo_id: Any, update: Any, *, expected: int | None) -> Any:
        client().update_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(owner, todo_id),
            UpdateExpression="SET completed = :other",
            ExpressionAttributeValues={":other": {"BOOL": not update.presumed}},
        )
        return original(owner, todo_id, update, expected=expected)

    monkeypatch.setattr(repository, "_set", overtaken)
    problem(alice.api.patch(url(todo), {"completed": state}), 409, "conflict")
    monkeypatch.undo()
    assert alice.api.patch(url(todo), {"completed": state}).json()["completed"] is state
