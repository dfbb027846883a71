"""Answers are let go of when they are sent, not when Python's collector comes by.

DRF ties an answer, its view and its request into a ring. What is in a ring stays until the collector finds it, by then together
with the answers of all requests that were served meanwhile.

Saves 20 MB a worker that serves lists of 100 (docs/benchmarks.md). Safe because an answer is written once, and what tied it to
its view is for writing it. tests/api/test_release.py holds that an answer goes when the last one who has it lets go.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from todo_project.aws.optimisations import enabled


class ReleaseMiddleware:
    """Unties answers that DRF has written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        context = getattr(response, "renderer_context", None)
        if context and enabled("release"):
            context["view"].response = None
            context.clear()
        return response
