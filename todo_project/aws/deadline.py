"""Every request ends in time: as a success, or as 503 while the caller still listens.

One call to AWS is bounded by the client's timeouts, but a request makes up to six and each may be tried twice. So no attempt is
begun when it could end too late. API Gateway gives up after 30 s, people much earlier.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from todo_project.errors import Unavailable
from todo_project.telemetry.arrival import arrived

ATTEMPTS_BEGIN_SECONDS: Final = 5.5
"""From a request's arrival to the last moment at which an attempt may begin; the longest attempt (S3) takes 4 s more."""

_begin_until: ContextVar[float | None] = ContextVar("begin_until", default=None)


class DeadlineMiddleware:
    """Outermost but for the log: a request's time runs from its arrival, or from here. Commands (`purge`) have no deadline."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = arrived.get()
        token = _begin_until.set((time.monotonic() if began is None else began) + ATTEMPTS_BEGIN_SECONDS)
        try:
            return self.get_response(request)
        finally:
            _begin_until.reset(token)


def refuse_late_attempt(**_: Any) -> None:
    """For botocore's event `before-send`, which comes before each attempt.

    :raises Unavailable: the request this thread serves has no time left for one.
    """
    until = _begin_until.get()
    if until is not None and time.monotonic() > until:
        raise Unavailable
