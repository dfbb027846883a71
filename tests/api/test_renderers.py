"""JSON answers: the same bytes as DRF's own renderer writes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from todo_project.api.renderers import ContentNegotiation, OrjsonRenderer

BELOW_32 = "".join(map(chr, range(32)))


def both(data: Any, media_type: str | None = None, context: dict[str, Any] | None = None) -> tuple[bytes, bytes]:
    return JSONRenderer().render(data, media_type, context), OrjsonRenderer().render(data, media_type, context)


def test_it_works() -> None:
    assert OrjsonRenderer().render({"title": "Müsli", "due": None}) == '{"title":"Müsli","due":null}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"text": BELOW_32 + "\x7f\x80\"\\/<>&' \u2028\u2029\u200b \ufeff 😀 é"},
        {"a": [1, -1, 0, 2**53, 1.5, True, False, None]},
        {"date": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), "id": UUID(int=5), "money": Decimal("1.10")},
        {1: "a key that is a number"},
        {"big": 2**70},
        ("a", "tuple"),
    ],
)
def test_it_writes_what_drf_writes(data: Any) -> None:
    stock, ours = both(data)
    assert ours == stock


def test_indented_answers_are_drfs() -> None:
    for stock, ours in (both({"a": [1]}, "application/json; indent=4"), both({"a": [1]}, None, {"indent": 2})):
        assert ours == stock
        assert b"\n" in ours


json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json)
def test_any_document_is_equal(data: Any) -> None:
    stock, ours = both(data)
    assert ours == stock


def test_it_can_be_switched_off(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("todo_project.api.renderers.orjson.dumps", lambda *_, **__: b"orjson")
    assert OrjsonRenderer().render({}) == b"orjson"
    settings.OPTIMISATIONS_OFF = ["renderer"]
    assert OrjsonRenderer().render({}) == b"{}"


def chosen(negotiation: DefaultContentNegotiation, accept: str | None, renderers: list[Any]) -> Any:
    """The renderer and media type that a request gets, or that it gets none."""
    headers = {} if accept is None else {"Accept": accept}
    request = Request(APIRequestFactory().get("/", headers=headers))
    try:
        return negotiation.select_renderer(request, renderers)
    except NotAcceptable:
        return NotAcceptable


@pytest.mark.parametrize("switched_off", [[], ["negotiation"]])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "accept",
    [None, "", "*/*", "application/json", "application/*", "text/html", "application/json; indent=4", "text/html, */*;q=0.8"],
)
def test_the_choice_is_drfs(accept: str | None, count: int, switched_off: list[str], settings: Any) -> None:
    settings.OPTIMISATIONS_OFF = switched_off
    renderers = [OrjsonRenderer(), BrowsableAPIRenderer()][:count]
    assert chosen(ContentNegotiation(), accept, renderers) == chosen(DefaultContentNegotiation(), accept, renderers)
