"""An answer goes when the last one who has it lets go, without the collector."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIRequestFactory

from todo_project.api.release import ReleaseMiddleware
from todos.views import TodoCollection


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def answer(**headers: str) -> Any:
    """What a view answers to nobody: 401, written, through the middleware."""
    request = APIRequestFactory().get("/api/me/todos", headers=headers)
    return ReleaseMiddleware(lambda given: TodoCollection.as_view()(given, user_id="me").render())(request)


def test_it_works() -> None:
    response = answer()
    assert response.status_code == 401
    assert response.content
    released = weakref.ref(response)
    del response
    assert released() is None


def test_without_it_an_answer_stays(settings: Any) -> None:
    """Shows that the test above can fail."""
    settings.OPTIMISATIONS_OFF = ["release"]
    response = answer()
    kept = weakref.ref(response)
    del response
    assert kept() is not None


def test_both_ways_answer_the_same(settings: Any) -> None:
    ours = answer()
    settings.OPTIMISATIONS_OFF = ["release"]
    stock = answer()
    assert ours.headers == stock.headers
    assert ours.data["type"] == stock.data["type"]


def test_the_services_have_it_next_to_their_views() -> None:
    assert settings.MIDDLEWARE[-1] == f"{ReleaseMiddleware.__module__}.{ReleaseMiddleware.__name__}"
