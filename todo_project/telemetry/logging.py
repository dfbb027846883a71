"""One JSON line a request, which is also the source of its metrics, and the request's ids on every line written meanwhile.

Never logged: tokens, titles, notes, descriptions, search words, file names, plain user ids.
"""

import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from todo_project.telemetry import metrics
from todo_project.telemetry.usage import counted

logger = logging.getLogger("todo.request")

NONE: Final = "-"
"""An id that is not there."""

request_id: ContextVar[str] = ContextVar("request_id", default=NONE)
_api_request_id: ContextVar[str] = ContextVar("api_request_id", default=NONE)

# API Gateway and the load balancer put `Root=1-<8 hex: seconds>-<24 hex>` here (AWS X-Ray developer guide, tracing header).
_TRACE_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)")
# API Gateway's own id of the request, `$context.requestId`: its access log has this one and cannot have the trace's.
_API_REQUEST_ID = re.compile(r"[A-Za-z0-9_=-]{1,64}")

HEALTH: Final = frozenset({"/healthz", "/readyz"})
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


class RequestIdFilter(logging.Filter):
    """Puts the service and the current request's ids on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = settings.SERVICE
        record.requestID = request_id.get()
        record.apiRequestID = _api_request_id.get()
        return True


class WithoutURLFilter(logging.Filter):
    """Takes method and URL from gunicorn's line about an error that nobody handled: URLs hold ids and e-mails."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Error handling request"):
            record.msg, record.args = "Error handling request", ()
        return True


def id_of(trace_header: str) -> str:
    """The trace root of an `X-Amzn-Trace-Id` header, or a new id in the same form."""
    found = _TRACE_ROOT.search(trace_header)
    return found.group(1) if found else f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@contextmanager
def identified(identifier: str, api_identifier: str = NONE) -> Iterator[None]:
    """Every line written in the block carries these ids."""
    token, api_token = request_id.set(identifier), _api_request_id.set(api_identifier)
    try:
        yield
    finally:
        request_id.reset(token)
        _api_request_id.reset(api_token)


@lru_cache(maxsize=4096)
def pseudonym(subject: str) -> str:
    """A stable name for a user in logs from which the user cannot be found without the service's key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"log:" + subject.encode(), hashlib.sha256).hexdigest()[:16]


class RequestLogMiddleware:
    """Outermost: gives request and response their ids, counts what the request uses of AWS, and writes its one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        identifier = id_of(request.META.get("HTTP_X_AMZN_TRACE_ID", ""))
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        with identified(identifier, given if _API_REQUEST_ID.fullmatch(given) else NONE), counted() as usage:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = identifier
            status, method = response.status_code, request.method or NONE
            subject = getattr(getattr(request, "user", None), "subject", None)
            is_health = request.path_info in HEALTH
            match = request.resolver_match
            # The template, never the path: paths hold ids and e-mails.
            route = request.path_info if is_health else metrics.route_of(method, match.route if match else None, status)
            counts: dict[str, float] = {
                "ms": round((time.monotonic() - started) * 1000, 1),
                "calls": usage.calls,
                **({"readUnits": usage.read_units} if usage.read_units else {}),
                **({"writeUnits": usage.write_units} if usage.write_units else {}),
            }
            if status >= _CLIENT_ERROR:
                counts["serverErrors" if status >= _SERVER_ERROR else "clientErrors"] = 1
            line = {
                "message": "request",
                "method": method,
                "route": route,
                "status": status,
                "user": pseudonym(subject) if subject else None,
                **counts,
            }
            # Health checks come by the dozen per minute and would bury the requests that people wait for: no metrics.
            if not is_health:
                line |= metrics.described(metrics.BY_ROUTE, counts)
            logger.info(line)
            return response
