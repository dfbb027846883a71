"""Every request ends in time: as a success, or as 503 while the caller still listens.

One call to AWS is bounded by the client's timeouts, but a request makes up to six and each may be tried twice. So no attempt
starts when it could end too late. API Gateway gives up after 30 s, people much earlier.

A request's time runs from the moment at which the edge saw it: one that waited for a thread has less time left for AWS. Behind a
slow AWS the queue so ends in 503s within seconds, instead of growing older than its callers' patience.
"""

import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from todo_project.errors import Unavailable

ATTEMPTS_BEGIN_SECONDS: Final = 5.5
"""From a request's arrival to the last moment at which an attempt may start; the longest attempt (S3) takes 4 s more."""
AGE_MAX_SECONDS: Final = 60
"""The load balancer's idle timeout: no request is older, so an older trace is skewed or made up."""

# The first hop makes `Root`; the load balancer adds `Self`, with its own time, where there is a root already.
_TIMES = re.compile(r"(?:^|;) *(Root|Self)=1-([0-9a-f]{8})-[0-9a-f]+(?=;|$)")
_begin_until: ContextVar[float | None] = ContextVar("begin_until", default=None)


class TooLate(Unavailable):
    """The request has no time left for an attempt."""


class DeadlineMiddleware:
    """Outermost but for the log. Commands (`purge`) have no deadline."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        left = ATTEMPTS_BEGIN_SECONDS - age(request.META.get("HTTP_X_AMZN_TRACE_ID", ""))
        token = _begin_until.set(time.monotonic() + left)
        try:
            return self.get_response(request)
        finally:
            _begin_until.reset(token)


def age(trace_header: str) -> float:
    """Seconds since the request of an `X-Amzn-Trace-Id` header started; 0 when that is not known.

    Its fields hold whole seconds (Elastic Load Balancing user guide, "Request tracing for your Application Load Balancer").
    Clients can send a root of their own, or one of an old trace: the load balancer's own field counts first. What is made up can
    shorten the time of its own request, and never lengthens it.
    """
    times = dict(_TIMES.findall(trace_header))
    began = times.get("Self") or times.get("Root")
    seconds = time.time() - int(began, 16) if began else 0.0
    return seconds if 0 <= seconds <= AGE_MAX_SECONDS else 0.0


def refuse_late_attempt(**_: Any) -> None:
    """For botocore's events that come before an attempt: `before-send`, and `before-call` for the one that the fast path makes.

    :raises TooLate: the request that this thread serves has no time left for one.
    """
    until = _begin_until.get()
    if until is not None and time.monotonic() > until:
        raise TooLate
