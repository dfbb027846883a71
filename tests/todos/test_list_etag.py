"""A page of the list that has not changed is not sent again."""

from typing import Any

import pytest

PAGE = "/api/me/todos?limit=2"


def known(person: Any, path: str = PAGE) -> dict[str, str]:
    return {"If-None-Match": person.api.get(path).headers["ETag"]}


def test_it_works(alice: Any, bob: Any) -> None:
    alice.add("Buy milk")
    have = known(alice)
    bob.add("Bob's")
    answer = alice.api.get(PAGE, headers=have)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", have["If-None-Match"])


def test_a_compressed_pages_tag_counts(alice: Any) -> None:
    alice.add("Buy milk")
    have = {"If-None-Match": f'"other", W/{known(alice)["If-None-Match"]}'}
    assert alice.api.get(PAGE, headers=have).status_code == 304


@pytest.mark.parametrize("value", ["", "nonsense", '"other"'])
def test_another_tag_gets_the_page(value: str, alice: Any) -> None:
    todo = alice.add("Buy milk")
    assert alice.api.get(PAGE, headers={"If-None-Match": value}).json() == {"todos": [todo], "next": None}


def test_any_change_of_the_page_makes_another_tag(alice: Any) -> None:
    tags = [known(alice)["If-None-Match"]]
    todos = [alice.add(f"{number}") for number in range(2)]
    path = f"/api/me/todos/{todos[0]['todoID']}"
    for change in (
        lambda: None,
        lambda: alice.api.patch(path, {"notes": "x"}),
        lambda: alice.api.patch(path, {"completed": True}),
        lambda: alice.attach(todos[0]["todoID"]),
        lambda: alice.add("one more, on the next page", completed=True),
        lambda: alice.api.delete(path),
    ):
        change()
        tags.append(known(alice)["If-None-Match"])
    assert len(set(tags)) == len(tags)
