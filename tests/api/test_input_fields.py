"""A serializer made once for all requests checks what one made for each request would check."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from files.serializers import ListQuery as FilesQuery
from files.serializers import Reservation
from todo_project.api.serializers import _made_once
from todos.serializers import LegacyAdd, LegacyNotes, ListQuery, TodoInput

BODIES: list[Any] = [
    {},
    {"title": "  Buy milk  ", "description": "a\r\nb", "notes": "", "dateDue": "2026-12-24", "completed": True},
    {"title": "", "dateDue": ""},
    {"title": "a" * 201, "notes": "\x07", "dateDue": "24.12.2026", "completed": "perhaps"},
    {"title": None, "description": None, "notes": None, "dateDue": None, "completed": None},
    {"title": "a", "color": "blue", "version": 2},
    {"fileName": "a.txt", "contentType": "text/plain", "size": 5},
    {"fileName": "a/b", "contentType": "text", "size": -1},
    ["title"],
    "title",
    None,
]
QUERIES = [
    "",
    "limit=10&search=milk",
    "limit=0",
    "limit=101&completed=maybe",
    "limit=1&limit=2",
    "trashed=true&completed=true",
    "x=1",
]


def outcome(validated: Callable[..., Any], *data: Any, **options: Any) -> Any:
    """What input becomes, or why it is refused."""
    try:
        return validated(*data, **options)
    except ValidationError as error:
        return error.get_full_details()


def by_its_own(kind: Any, **options: Any) -> Any:
    """What a serializer of its own makes of input, in DRF's way."""
    made = kind(**options)
    made.is_valid(raise_exception=True)
    return made.validated_data


def test_it_works() -> None:
    assert _made_once(TodoInput, False) is _made_once(TodoInput, False)
    assert _made_once(TodoInput, True).partial


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("kind", [TodoInput, LegacyAdd, LegacyNotes, Reservation])
@pytest.mark.parametrize("body", BODIES)
def test_bodies_are_checked_alike(body: Any, kind: Any, partial: bool) -> None:
    first, again = outcome(kind.validated, body, partial=partial), outcome(kind.validated, body, partial=partial)
    assert first == again == outcome(by_its_own, kind, data=body, partial=partial)


@pytest.mark.parametrize("kind", [ListQuery, FilesQuery])
@pytest.mark.parametrize("query", QUERIES)
def test_queries_are_checked_alike(query: str, kind: Any) -> None:
    first, again = outcome(kind.validated, QueryDict(query)), outcome(kind.validated, QueryDict(query))
    assert first == again == outcome(by_its_own, kind, data=QueryDict(query))


@pytest.mark.parametrize(("text", "completed"), [("true", True), ("false", False)])
def test_a_form_says_it_in_words(text: str, completed: bool) -> None:
    """The browsable API's forms, which local settings read."""
    form = QueryDict(f"title=5&dateDue=&completed={text}&csrfmiddlewaretoken=x")
    # A box that is not ticked is not sent.
    assert TodoInput.validated(form) == {"title": "5", "dateDue": None, "completed": completed, "starred": False}
    assert TodoInput.validated(QueryDict("title=a")) == {"title": "a", "completed": False, "starred": False}


@pytest.mark.parametrize("text", ["yes", "1", "True", "x"])
def test_other_words_of_a_form_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TodoInput.validated(QueryDict(f"title=a&completed={text}"))
