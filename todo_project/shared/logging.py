"""One JSON line a request, and the request's id on every line written while it is served.

Never logged: tokens, titles, notes, descriptions, search words, file names, plain user ids.
"""

import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("todo.request")

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# API Gateway and the load balancer put `Root=1-<8 hex: seconds>-<24 hex>` here (AWS X-Ray developer guide, tracing header).
_TRACE_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)")


class RequestIdFilter(logging.Filter):
    """Puts the current request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.requestID = request_id.get()
        return True


class CrashesOnlyFilter(logging.Filter):
    """Lets Django's log of failed requests pass for crashes alone, without the path: the request's own line has the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info:
            return False
        record.msg, record.args = "crashed", ()
        record.__dict__.pop("request", None)
        return True


def id_of(trace_header: str) -> str:
    """The trace root of an `X-Amzn-Trace-Id` header, or a new id in the same form."""
    found = _TRACE_ROOT.search(trace_header)
    return found.group(1) if found else f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@lru_cache(maxsize=4096)
def pseudonym(subject: str) -> str:
    """A stable name for a user in logs from which the user cannot be found without the service's key."""
    return hmac.new(settings.SECRET_KEY.encode(), b"log:" + subject.encode(), hashlib.sha256).hexdigest()[:16]


class RequestLogMiddleware:
    """Outermost: gives the request its id, answers with it, and writes the one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        identifier = id_of(request.headers.get("X-Amzn-Trace-Id", ""))
        token = request_id.set(identifier)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = identifier
            match = request.resolver_match
            subject = getattr(getattr(request, "user", None), "subject", None)
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "route": match.route if match else None,  # the template, never the path: paths hold ids and e-mails
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                    "user": pseudonym(subject) if subject else None,
                },
            )
            return response
        finally:
            request_id.reset(token)
