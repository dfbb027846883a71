"""ETag and If-Match: no change is lost to one that did not see it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from urllib3 import HTTPConnectionPool

from todo_project.aws.dynamodb import client
from todo_project.aws.fast_path.connection import Connections
from todo_project.aws.items import number, todo_key
from todo_project.aws.timestamps import now
from todos import repository, services


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def test_it_works(alice: Any, problem: Any) -> None:
    todo = alice.add("first")
    changed = alice.api.patch(url(todo), {"title": "second"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    problem(alice.api.patch(url(todo), {"title": "third"}, headers={"If-Match": '"1"'}), 412, "stale-version")
    assert alice.api.get(url(todo)).json()["title"] == "second"


@pytest.mark.parametrize("tag", ['w/"1"', '"one"', "1", '"01"', '"2", "3"', '""', '"' + "9" * 30 + '"', '"1', '"0"'])
def test_a_tag_that_cannot_match_is_stale(tag: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.patch(url(todo), {"title": "x"}, headers={"If-Match": tag}), 412, "stale-version")
    assert alice.api.get(url(todo)).json() == todo


@pytest.mark.parametrize("tags", ['"1"', '"1", "2"', '"2","1"', ', "1" ,', 'W/"1", "x,y", "1"', '"7", "8", "1"'])
def test_one_tag_of_a_list_has_to_match(tags: str, alice: Any) -> None:
    todo = alice.add()
    assert alice.api.patch(url(todo), {"title": "x"}, headers={"If-Match": tags}).json()["version"] == 2
    assert alice.api.post(url(todo, "/restore"), headers={"If-Match": f'{tags}, "2"'}).status_code == 200
    assert alice.api.delete(url(todo), headers={"If-Match": f'{tags}, "2"'}).status_code == 204


@pytest.mark.parametrize("tags", ["", " ", ",", " , "])
@pytest.mark.parametrize(("method", "suffix"), [("patch", ""), ("delete", ""), ("post", "/restore")])
def test_an_empty_list_is_refused(method: str, suffix: str, tags: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    answer = getattr(alice.api, method)(url(todo, suffix), {}, headers={"If-Match": tags})
    assert problem(answer, 400, "invalid-input")["errors"] == [
        {"field": "If-Match", "code": "empty", "detail": "Name an ETag, a list of ETags, or *."}
    ]


def test_a_list_of_more_than_a_hundred_versions_is_refused(alice: Any, problem: Any) -> None:
    todo = alice.add()
    tags = [f'"{number}"' for number in range(1, 102)]
    body = problem(alice.api.patch(url(todo), {"title": "x"}, headers={"If-Match": ", ".join(tags)}), 400, "invalid-input")
    assert body["errors"][0]["code"] == "too_many"
    assert alice.api.patch(url(todo), {"title": "x"}, headers={"If-Match": ", ".join(tags[:100])}).status_code == 200


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


def test_a_stale_restore_of_what_is_not_in_the_trash_is_refused(alice: Any, problem: Any) -> None:
    todo = alice.add()
    problem(alice.api.post(url(todo, "/restore"), headers={"If-Match": '"2"'}), 412, "stale-version")
    assert alice.api.post(url(todo, "/restore"), headers={"If-Match": '"1"'}).json() == todo


def test_a_version_of_what_is_gone_is_404_and_not_412(alice: Any, problem: Any) -> None:
    problem(alice.api.patch(f"/api/me/todos/{UUID(int=1)}", {}, headers={"If-Match": '"1"'}), 404, "not-found")


def test_of_two_writers_who_read_the_same_version_one_is_refused(alice: Any) -> None:
    todo = alice.add()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: alice.api.patch(url(todo), {"title": f"{n}"}, headers={"If-Match": '"1"'}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


@pytest.mark.parametrize("change", [{"title": "same"}, {"completed": True}, {"dateDue": "2026-12-24"}])
def test_of_two_equal_changes_in_one_millisecond_one_is_refused(
    change: dict[str, Any], alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo, moment = alice.add(), now()
    monkeypatch.setattr(services, "now", lambda: moment)
    assert alice.api.patch(url(todo), change, headers={"If-Match": '"1"'}).status_code == 200
    problem(alice.api.patch(url(todo), change, headers={"If-Match": '"1"'}), 412, "stale-version")
    assert alice.api.get(url(todo)).json()["version"] == 2


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}])
@pytest.mark.parametrize(
    ("method", "body"), [("patch", {"title": "x"}), ("patch", {"completed": True}), ("patch", {"dateDue": None}), ("delete", {})]
)
def test_what_was_done_when_its_response_was_lost_is_not_refused(
    method: str, body: dict[str, Any], headers: dict[str, str], alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = alice.add(dateDue="2026-12-24")
    lost: list[bool] = []

    def losing_the_first(send: Any) -> Any:
        def call(*request: Any, **options: Any) -> Any:
            response = send(*request, **options)
            if not lost:
                lost.append(True)
                getattr(response, "close", list)()
                raise ConnectionResetError
            return response

        return call

    # With the fast path, and without it.
    monkeypatch.setattr(Connections, "post", losing_the_first(Connections.post))
    monkeypatch.setattr(HTTPConnectionPool, "urlopen", losing_the_first(HTTPConnectionPool.urlopen))
    answer = getattr(alice.api, method)(url(todo), body, headers=headers)
    assert (answer.status_code, len(lost)) == (204 if method == "delete" else 200, 1)
    lost.clear()
    restored = alice.api.post(url(todo, "/restore"), headers={"If-Match": '"2"'})
    assert (restored.status_code, restored.json()["version"]) == (200, 3 if method == "delete" else 2)


def test_of_two_deletions_in_one_millisecond_one_finds_nothing(alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    todo, moment = alice.add(), now()
    monkeypatch.setattr(services, "now", lambda: moment)
    assert alice.api.delete(url(todo)).status_code == 204
    problem(alice.api.delete(url(todo)), 404, "not-found")


def test_changes_of_different_fields_without_if_match_are_all_kept(alice: Any) -> None:
    todo = alice.add()
    changes = [{"title": "t"}, {"notes": "n"}, {"description": "d"}, {"dateDue": "2026-12-24"}, {"completed": True}]
    with ThreadPoolExecutor(5) as pool:
        assert {answer.status_code for answer in pool.map(lambda body: alice.api.patch(url(todo), body), changes)} == {200}
    final = alice.api.get(url(todo)).json()
    assert {key: final[key] for change in changes for key in change} == {key: value for c in changes for key, value in c.items()}
    assert final["version"] == 6


def overtake(todo: dict[str, Any], expression: str, **values: Any) -> None:
    """Somebody else changes a stored to-do."""
    client().update_item(
        TableName=settings.TODOS_TABLE,
        Key=todo_key(todo["userID"], UUID(todo["todoID"])),
        UpdateExpression=expression,
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )


def test_a_restore_that_is_overtaken_again_and_again_gives_up_and_says_so(
    alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = alice.add()
    alice.api.delete(url(todo))
    original = repository.apply

    def overtaken(*arguments: Any) -> Any:
        overtake(todo, "SET version = version + :one", one=number(1))
        return original(*arguments)

    monkeypatch.setattr(repository, "apply", overtaken)
    problem(alice.api.post(url(todo, "/restore")), 409, "conflict")
    problem(alice.api.post(url(todo, "/restore"), headers={"If-Match": '"9"'}), 412, "stale-version")


@pytest.mark.parametrize("state", [True, False])
def test_a_state_that_others_turn_again_and_again_is_given_up(
    state: bool, alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = alice.add(completed=not state)
    original, turns = repository.apply, count()

    def overtaken(*arguments: Any) -> Any:
        if state == (next(turns) % 2 == 0):
            overtake(todo, "SET completed = :other, dateCompleted = dateCreated", other={"BOOL": True})
        else:
            overtake(todo, "SET completed = :other REMOVE dateCompleted", other={"BOOL": False})
        return original(*arguments)

    monkeypatch.setattr(repository, "apply", overtaken)
    problem(alice.api.patch(url(todo), {"title": "x", "completed": state}), 409, "conflict")
    monkeypatch.undo()
    assert alice.api.patch(url(todo), {"completed": state}).json()["completed"] is state
