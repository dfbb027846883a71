"""The browsable API's session: a Cognito ID token in a signed cookie, with CSRF enforced."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from todo_project.api.authentication import InvalidToken, Principal, verify

TOKEN = "token"  # noqa: S105 the name of the session's entry


class BrowserSession(SessionAuthentication):
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
        self.enforce_csrf(request)
        return principal, token
