"""A cursor is of use to the one it was made for, for the query it was made for."""

import string
from typing import Any

import pytest
from django.core import signing
from rest_framework.exceptions import ValidationError

from todo_project.api.pagination import decode, encode

QUERY = {"completed": None, "trashed": False, "search": "milk"}
POSITION = "0#2026-12-24#8205000000000#0a1b2c3d-0000-4000-8000-00000000f00d"


@pytest.fixture
def cursor() -> str:
    return encode("alice", QUERY, POSITION)


def refused(cursor: str, owner: str = "alice", **query: Any) -> bool:
    with pytest.raises(ValidationError) as caught:
        decode(owner, {**QUERY, **query}, cursor)
    return caught.value.get_codes() == {"cursor": ["invalid_cursor"]}


def test_it_works(cursor: str) -> None:
    assert decode("alice", QUERY, cursor) == POSITION


def test_it_fits_into_a_url_as_it_is(cursor: str) -> None:
    assert set(cursor) <= {*string.ascii_letters, *string.digits, *"-_:."}


def test_it_does_not_carry_the_owner(cursor: str) -> None:
    assert "alice" not in str(signing.b64_decode(cursor.split(":", maxsplit=1)[0].lstrip(".").encode()))


def test_another_persons_is_refused(cursor: str) -> None:
    assert refused(cursor, "bob")


@pytest.mark.parametrize("query", [{"completed": True}, {"trashed": True}, {"search": "mil"}, {"search": "milk;trashed=True"}])
def test_another_querys_is_refused(query: dict[str, Any], cursor: str) -> None:
    assert refused(cursor, **query)


def test_every_changed_character_is_refused(cursor: str) -> None:
    for place, character in enumerate(cursor):
        changed = cursor[:place] + ("A" if character != "A" else "B") + cursor[place + 1 :]
        assert refused(changed), place


@pytest.mark.parametrize("cursor", ["", "x", ":", "a:b", "ä:ö", "W10:", ".:.", "\x00"])
def test_nonsense_is_refused(cursor: str) -> None:
    assert refused(cursor)


def test_another_object_signed_by_this_service_is_refused() -> None:
    assert refused(signing.dumps([POSITION]))
    signer = signing.Signer(salt="cursor\nalice\ncompleted=None;search=milk;trashed=False")
    assert refused(signer.sign_object([POSITION, "more"]))


def test_another_key_makes_it_worthless_unless_it_is_kept_for_a_while(cursor: str, settings: Any) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key"
    assert refused(cursor)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert decode("alice", QUERY, cursor) == POSITION
