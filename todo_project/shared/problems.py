"""Errors as RFC 9457 problem documents: one shape for refusals, unmatched URLs and crashes.

Body: `type` (urn:problem:todo:<code>), `title`, `status`, `detail`, `requestID`, and for input `errors`, a list of
`{"field": name or null, "code": str, "detail": str}`. Internals never reach it; the log has them under the request's id.
"""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from todo_project.shared.logging import request_id

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class NotHere(exceptions.NotFound):
    """404 for what does not exist and for what is another person's: the answer does not tell which."""

    default_detail = "There is nothing here that belongs to you."


class Conflict(exceptions.APIException):
    """409: the request is valid, the present state forbids it. `detail` says which limit or state."""

    status_code = 409
    default_code = "conflict"


class StaleVersion(exceptions.APIException):
    """412: `If-Match` names a version that is no longer the current one. Nothing was changed."""

    status_code = 412
    default_code = "stale_version"
    default_detail = "This was changed since you read it. Read it again and repeat your change on the new version."


class TooLarge(exceptions.APIException):
    """413: `detail` names the limit."""

    status_code = 413
    default_code = "too_large"


class Unavailable(exceptions.APIException):
    """503 with `Retry-After`: something this service depends on is broken or throttled. A retry is safe."""

    status_code = 503
    default_code = "unavailable"
    default_detail = "The service cannot reach its storage at the moment. Nothing was lost; try again shortly."
    wait = 1  # seconds; DRF's name for what becomes Retry-After


class InvalidToken(exceptions.AuthenticationFailed):
    """401: `reason` goes into `WWW-Authenticate` only; the body is the same whatever was wrong."""

    default_detail = "Log in: this needs a valid access token or ID token in the Authorization header."

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(code="not_authenticated")
        self.reason = reason


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
    """DRF's hook: every exception a view raises becomes a problem document, or None for a crash (see `crashed`)."""
    if isinstance(exc, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        exc = TooLarge("The form has more text, fields or files than this service reads.")
    if isinstance(exc, exceptions.NotAuthenticated):
        # Missing and wrong tokens answer alike; RFC 6750, 3.1: without a token no error code is given.
        exc = _with_header(InvalidToken(), exc)
    if not isinstance(exc, exceptions.APIException):
        return None
    headers = _headers(exc)
    if isinstance(exc, exceptions.ValidationError):
        body = document(
            exc.status_code,
            "invalid_input",
            "The input was refused; see errors.",
            list(_rows(exc.get_full_details())),
        )
    else:
        body = document(exc.status_code, str(exc.get_codes()), str(exc.detail))
    if exc.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("dependency failed", exc_info=exc.__cause__ or exc)
    renderer = getattr(context.get("request"), "accepted_renderer", None)
    # The browsable API (local settings only) shows the document inside its own page, so HTML keeps its own type.
    content_type = None if getattr(renderer, "format", "json") == "api" else CONTENT_TYPE
    return Response(body, status=exc.status_code, headers=headers, content_type=content_type)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """handler400: a request Django itself refuses, such as an unknown Host."""
    return _plain(400, "bad_request", "The request is malformed or names a host this service does not answer for.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    """handler403: only the browsable API's CSRF check gets here."""
    return _plain(403, "permission_denied", "The request was refused.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """handler404: no route matches."""
    return _plain(404, "not_found", "There is nothing at this address.")


def crashed(request: HttpRequest) -> JsonResponse:
    """handler500: Django has logged the stack trace with the request's id."""
    return _plain(500, "internal_error", "Something went wrong here. Report it with this requestID.")


def _plain(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(document(status, code, detail), status=status, content_type=CONTENT_TYPE)


def _with_header(new: InvalidToken, old: exceptions.APIException) -> InvalidToken:
    new.auth_header = getattr(old, "auth_header", None)  # type: ignore[attr-defined]  # set by DRF's APIView
    return new


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(exc, exceptions.AuthenticationFailed):
        challenge = getattr(exc, "auth_header", None) or 'Bearer realm="todo"'
        reason = getattr(exc, "reason", None)
        headers["WWW-Authenticate"] = f'{challenge}, error="invalid_token", error_description="{reason}"' if reason else challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _rows(details: Any) -> Iterator[dict[str, str | None]]:
    """DRF's validation details, which name each field, as rows."""
    for name, failures in details.items():
        field = None if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
        for failure in failures if isinstance(failures, list) else [failures]:
            yield {"field": field, "code": str(failure["code"]), "detail": str(failure["message"])}
