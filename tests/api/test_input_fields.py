"""Fields that are made once a class check what fields made for each request would check."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer

from files.serializers import ListQuery as FilesQuery
from files.serializers import Reservation
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


def outcome(made: Any) -> Any:
    """What input becomes, or why it is refused."""
    try:
        made.is_valid(raise_exception=True)
    except ValidationError as error:
        return error.get_full_details()
    return made.validated_data


def with_fields_of_its_own(kind: Any) -> Any:
    """The same serializer, with DRF's way to its fields."""
    return type(kind.__name__, (kind,), {"fields": Serializer.fields})


def test_it_works() -> None:
    assert TodoInput(data={"title": "a"}).fields is TodoInput(data={"title": "b"}).fields
    stock = with_fields_of_its_own(TodoInput)
    assert stock(data={"title": "a"}).fields is not stock(data={"title": "b"}).fields


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("kind", [TodoInput, LegacyAdd, LegacyNotes, Reservation])
@pytest.mark.parametrize("body", BODIES)
def test_bodies_are_checked_alike(body: Any, kind: Any, partial: bool) -> None:
    first, again = outcome(kind(data=body, partial=partial)), outcome(kind(data=body, partial=partial))
    assert first == again == outcome(with_fields_of_its_own(kind)(data=body, partial=partial))


@pytest.mark.parametrize("kind", [ListQuery, FilesQuery])
@pytest.mark.parametrize("query", QUERIES)
def test_queries_are_checked_alike(query: str, kind: Any) -> None:
    first, again = outcome(kind(data=QueryDict(query))), outcome(kind(data=QueryDict(query)))
    assert first == again == outcome(with_fields_of_its_own(kind)(data=QueryDict(query)))


@pytest.mark.parametrize(("text", "completed"), [("true", True), ("false", False)])
def test_a_form_says_it_in_words(text: str, completed: bool) -> None:
    """The browsable API's forms, which local settings read."""
    form = QueryDict(f"title=5&dateDue=&completed={text}&csrfmiddlewaretoken=x")
    # A box that is not ticked is not sent.
    assert TodoInput.validated(form) == {"title": "5", "due": None, "completed": completed, "starred": False}
    assert TodoInput.validated(QueryDict("title=a")) == {"title": "a", "completed": False, "starred": False}


@pytest.mark.parametrize("text", ["yes", "1", "True", "x"])
def test_other_words_of_a_form_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TodoInput.validated(QueryDict(f"title=a&completed={text}"))
