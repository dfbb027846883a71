"""A response is freed with its last reference, without Python's collector."""

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from rest_framework.test import APIRequestFactory

from todo_project.api.middleware import ServiceMiddleware
from todos.views import TodoCollection


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def view(request: HttpRequest) -> Any:
    """The 401 that a view returns without a token, rendered."""
    return TodoCollection.as_view()(request, user_id="me").render()


@pytest.mark.parametrize(("application", "stays"), [(ServiceMiddleware(view), False), (view, True)], ids=["with", "without"])
def test_it_works(application: Callable[[HttpRequest], Any], stays: bool) -> None:
    response = application(APIRequestFactory().get("/api/me/todos"))
    assert (response.status_code, bool(response.content)) == (401, True)
    released = weakref.ref(response)
    del response
    assert (released() is not None) == stays
