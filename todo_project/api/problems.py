"""Errors as RFC 9457 problem documents: one shape for refusals, unmatched URLs and crashes.

Body: `type` (urn:problem:todo:<code>), `title`, `status`, `detail`, `requestID`, and for input `errors`, a list of
`{"field": name or null, "code": str, "detail": str}`. Internals never reach it; the log has them under the request's id.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from todo_project.aws.deadline import TooLate
from todo_project.errors import ServiceError, TooLarge
from todo_project.telemetry.logging import request_id

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

# The body is the same for a missing and for a wrong token.
_LOG_IN = "Log in: this needs a valid access token or ID token in the Authorization header."


def document(status: int, code: str, detail: str, errors: list[dict[str, str | None]] | None = None) -> dict[str, Any]:
    """The problem document's members, in the order people read them."""
    body: dict[str, Any] = {
        "type": f"urn:problem:todo:{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "requestID": request_id.get(),
    }
    if errors is not None:
        body["errors"] = errors
    return body


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook: every error that a view raises becomes a problem document, or None for a crash (see `handler500`)."""
    if isinstance(exc, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        exc = TooLarge("The form has more text, fields or files than this service reads.")
    if isinstance(exc, ServiceError):
        body = document(exc.status, exc.code, exc.detail)
        headers = {"Retry-After": str(exc.retry_after)} if exc.retry_after else {}
    elif isinstance(exc, exceptions.AuthenticationFailed | exceptions.NotAuthenticated):
        body, headers = document(401, "not_authenticated", _LOG_IN), {"WWW-Authenticate": _challenge(exc)}
    elif isinstance(exc, exceptions.ValidationError):
        errors = list(_errors(exc.get_full_details()))
        body, headers = document(400, "invalid_input", "The input was refused; see errors.", errors), {}
    elif isinstance(exc, exceptions.APIException):
        body, headers = document(exc.status_code, str(exc.get_codes()), str(exc.detail)), {}
    else:
        return None
    if body["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # There are many where there is one that is late: a stack trace would take longer than the rest of the request.
        if isinstance(exc, TooLate):
            logger.warning("refused: too late")
        else:
            logger.warning("dependency failed", exc_info=exc.__cause__ or exc)
    renderer = getattr(context.get("request"), "accepted_renderer", None)
    # The browsable API (local settings only) shows the document inside its own page, so HTML keeps its own type.
    content_type = None if getattr(renderer, "format", "json") == "api" else CONTENT_TYPE
    return Response(body, status=body["status"], headers=headers, content_type=content_type)


def handler400(request: HttpRequest, exception: Exception) -> JsonResponse:
    """A request Django itself refuses, such as an unknown Host."""
    return _plain(400, "bad_request", "The request is malformed or names a host that this service does not serve.")


def handler403(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Only the browsable API's CSRF check gets here."""
    return _plain(403, "permission_denied", "The request was refused.")


def handler404(request: HttpRequest, exception: Exception) -> JsonResponse:
    """No route matches."""
    return _plain(404, "not_found", "There is nothing at this address.")


def handler500(request: HttpRequest) -> JsonResponse:
    """An exception that nothing handled. The log has the stack trace and the request's id."""
    logger.error("crashed", exc_info=sys.exc_info(), extra={"status_code": 500})
    return _plain(500, "internal_error", "Something went wrong here. Report it with this requestID.")


def _plain(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(document(status, code, detail), status=status, content_type=CONTENT_TYPE)


def _challenge(exc: exceptions.APIException) -> str:
    """`WWW-Authenticate`. Without a token it has no error code (RFC 6750, 3.1); `reason` names the rule that a token broke."""
    challenge = getattr(exc, "auth_header", None) or 'Bearer realm="todo"'
    reason = getattr(exc, "reason", None)
    return f'{challenge}, error="invalid_token", error_description="{reason}"' if reason else challenge


def _errors(details: Any) -> Iterator[dict[str, str | None]]:
    """DRF's validation details, which name each field, as the members of `errors`."""
    for name, failures in details.items():
        field = None if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
        for failure in failures:
            yield {"field": field, "code": str(failure["code"]), "detail": str(failure["message"])}
