"""JSON responses: the documents that DRF's own renderer writes."""

import json
from typing import Any

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer

from todo_project.api.renderers import OrjsonRenderer

BELOW_32 = "".join(map(chr, range(32)))


def test_it_works() -> None:
    assert OrjsonRenderer().render({"title": "Müsli", "due": None}) == '{"title":"Müsli","due":null}'.encode()


def test_nothing_is_an_empty_body() -> None:
    assert OrjsonRenderer().render(None) == JSONRenderer().render(None) == b""


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": BELOW_32 + "\x7f\x80\"\\/<>&' \u2028\u2029\u200b \ufeff 😀 é"},
        {"a": [1, -1, 0, 2**53, 1.5, True, False, None]},
        {"lazy": gettext_lazy("Required."), "detail": ErrorDetail("Give it once.", code="repeated")},
        ("a", "tuple"),
    ],
)
def test_it_writes_what_drf_writes(data: Any) -> None:
    assert json.loads(OrjsonRenderer().render(data)) == json.loads(JSONRenderer().render(data))


documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents.filter(lambda document: document is not None))
def test_any_document_is_equal(data: Any) -> None:
    assert json.loads(OrjsonRenderer().render(data)) == json.loads(JSONRenderer().render(data))
