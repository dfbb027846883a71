"""The browsable API's session: a Cognito ID token in a signed cookie, with CSRF enforced."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from todo_project.api.authentication import InvalidToken, Principal, verify

TOKEN = "token"  # noqa: S105 the name of the session's entry


class BrowserSession(BaseAuthentication):
    """Who logged in at /api/login/. Every change must carry Django's CSRF token."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        session: Any = request._request.session
        token: str | None = session.get(TOKEN)
        if token is None:
            return None
        try:
            principal = verify(token)
        except InvalidToken:  # expired: logged out
            session.flush()
            return None
        _enforce_csrf(request._request)
        return principal, token


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _enforce_csrf(request: HttpRequest) -> None:
    """As DRF's SessionAuthentication does it: DRF's views are exempt from the middleware."""

    def unused(request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    check = _Check(unused)
    check.process_request(request)
    reason = check.process_view(request, unused, (), {})
    if reason:
        raise PermissionDenied(f"CSRF Failed: {reason}")
