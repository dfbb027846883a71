"""Search: part of a text, over one's own to-dos, within a read budget."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from todo_project.aws import dynamodb
from todo_project.aws.timestamps import now
from todos import repository
from todos.models import attributes, new_item


def titles(person: Any, query: str) -> list[str]:
    answer = person.api.get("/api/me/todos", query_params={"search": query})
    assert answer.status_code == 200
    return [todo["title"] for todo in answer.json()["todos"]]


def test_it_works(alice: Any, bob: Any) -> None:
    alice.add("Buy milk")
    alice.add("Milk the cow", completed=True)
    alice.add("Bread", description="MILK bread")
    alice.add("Call home", notes="Ask for milk")
    alice.add("Water the plants")
    bob.add("Bob's milk")
    assert titles(alice, "milk") == ["Call home", "Bread", "Buy milk", "Milk the cow"]


@pytest.mark.parametrize(
    ("title", "word"),
    [("STRASSE", "straße"), ("ﬁnish", "FINISH"), ("Ｆｕｌｌ", "full"), ("Ångström", "A\u030angstr"), ("100 % (sure)", "% (")],
)
def test_it_ignores_case_and_form(title: str, word: str, alice: Any) -> None:
    alice.add(title)
    alice.add("something else")
    assert titles(alice, word) == [title]


@pytest.mark.parametrize("word", ["(", "[", "*", ".*", "\\", "'", '"', "%", "#"])
def test_special_characters_are_only_characters(word: str, alice: Any) -> None:
    alice.add("nothing special")
    alice.add(f"a{word}b")
    assert titles(alice, word) == [f"a{word}b"]


def test_an_empty_search_is_the_list(alice: Any) -> None:
    alice.add("x")
    assert titles(alice, "  ") == ["x"]


def test_a_changed_title_is_found_by_its_new_words_only(alice: Any) -> None:
    todo = alice.add("milk")
    alice.api.patch(f"/api/me/todos/{todo['todoID']}", {"title": "Bread"})
    assert (titles(alice, "milk"), titles(alice, "BREAD")) == ([], ["Bread"])


def test_the_trash_can_be_searched(alice: Any) -> None:
    for title in ("old milk", "old bread"):
        alice.api.delete(f"/api/me/todos/{alice.add(title)['todoID']}")
    found = alice.api.get("/api/me/todos?trashed=true&search=milk").json()["todos"]
    assert [todo["title"] for todo in found] == ["old milk"]


def test_a_word_of_over_100_characters_is_refused(alice: Any, problem: Any) -> None:
    body = problem(alice.api.get("/api/me/todos", query_params={"search": "x" * 101}), 400, "invalid-input")
    assert body["errors"] == [{"field": "search", "code": "max_length", "detail": "At most 100 characters are allowed."}]


def test_a_page_reads_its_budget_at_most_and_goes_on_from_an_empty_page(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "SEARCH_BUDGET", 40)
    monkeypatch.setattr(repository, "_SEARCH_READ", 10)
    moment = now()
    titles = ["needle" if n in {95, 97, 99} else "hay" for n in range(100)]
    todos = [
        new_item(alice.subject, uuid4(), attributes({"title": title}), moment - timedelta(milliseconds=n))
        for n, title in enumerate(titles)
    ]
    for start in range(0, 100, 25):
        requests = [{"PutRequest": {"Item": todo}} for todo in todos[start : start + 25]]
        dynamodb.client().batch_write_item(RequestItems={settings.TODOS_TABLE: requests})
    scanned: list[int] = []

    def count(parsed: dict[str, Any], **_: Any) -> None:
        scanned.append(parsed["ScannedCount"])

    dynamodb.client().meta.events.register("after-call.dynamodb.Query", count)
    try:
        counts, following = [], "/api/me/todos?search=needle&limit=2"
        while following:
            scanned.clear()
            page = alice.api.get(following).json()
            counts.append(len(page["todos"]))
            assert sum(scanned) <= 40
            following = page["next"]
    finally:
        dynamodb.client().meta.events.unregister("after-call.dynamodb.Query", count)
    assert counts == [0, 0, 2, 1]
