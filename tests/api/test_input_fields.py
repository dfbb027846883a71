"""Fields that are made once a class check what fields made for each request check."""

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from files.serializers import ListQuery as FilesQuery
from files.serializers import Reservation
from todo_project.api.serializers import _bound
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


def both_ways(kind: Any, data: Any, **options: Any) -> tuple[Any, Any]:
    """The outcome with fields made once, twice in a row, and with fields of its own."""
    first, second = outcome(kind(data=data, **options)), outcome(kind(data=data, **options))
    assert first == second
    own = kind(data=data, **options)
    own.fields = _bound(own)
    return second, outcome(own)


def test_it_works() -> None:
    assert TodoInput(data={"title": "a"}).fields is TodoInput(data={"title": "b"}).fields


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("kind", [TodoInput, LegacyAdd, LegacyNotes, Reservation])
@pytest.mark.parametrize("body", BODIES)
def test_bodies_are_checked_alike(body: Any, kind: Any, partial: bool) -> None:
    ours, stock = both_ways(kind, body, partial=partial)
    assert ours == stock


@pytest.mark.parametrize("kind", [ListQuery, FilesQuery])
@pytest.mark.parametrize("query", QUERIES)
def test_queries_are_checked_alike(query: str, kind: Any) -> None:
    ours, stock = both_ways(kind, QueryDict(query))
    assert ours == stock
