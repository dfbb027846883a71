"""Who is calling: a Cognito access or ID token, verified here with the pool's public keys.

Rules: Amazon Cognito developer guide, "Verifying JSON web tokens". API Gateway verifies too; a container does not rely on it.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Final

import jwt
from cachetools import TLRUCache
from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from todo_project.errors import NotFound, Unavailable

logger = logging.getLogger(__name__)

KEYS_TIMEOUT = 3  # seconds for one fetch of the key set
KEYS_LIFESPAN = 24 * 3600  # seconds; Cognito rotates keys rarely, and an unknown key id refetches at once
KEYS_COOLDOWN = 60  # seconds between two refetches that unknown key ids may cause
TOKENS_MAX: Final = 4096  # about 2 MB

_OPTIONS: Any = {
    "require": ["exp", "iss", "sub", "token_use"],
    # Which claim names the client depends on token_use; it is checked below.
    "verify_aud": False,
    # A container whose clock is behind must not refuse a token just issued; `nbf` and `exp` are checked.
    "verify_iat": False,
}


class InvalidToken(AuthenticationFailed):
    """401. `reason` names the rule that the token broke, for `WWW-Authenticate` only; the body never says what was wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller. `subject` (Cognito's `sub`) is the owner in every key."""

    subject: str
    username: str
    email: str | None = None
    is_authenticated = True

    def __str__(self) -> str:
        return self.email or self.username

    def owner(self, user_id: str) -> str:
        """The caller's subject, if `user_id` (from the path) is one of the caller's names; else `NotFound`."""
        if user_id in {"me", self.subject, self.username}:
            return self.subject
        if self.email is not None and user_id.casefold() == self.email.casefold():
            return self.subject
        raise NotFound


# Callers by a digest of their token and of the settings it was checked with, each until its token expires. Nothing in a token
# changes, so what passed every check once is good until then; the RSA verification takes 0.2 ms of each request.
_verified: TLRUCache[bytes, tuple[Principal, int]] = TLRUCache(TOKENS_MAX, ttu=lambda _, value, __: value[1], timer=time.time)
_lock = Lock()


class KeySet(jwt.PyJWKClient):
    """The pool's public keys: fetched when first needed, kept, refetched on an unknown key id once a minute at most.

    PyJWT's client starts its cooldown at successful fetches only and forgets its keys when they expire. Here a failed
    fetch cools down as well, so that forged key ids cannot make this service hammer an endpoint that is down, and keys
    once known go on working while it is.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout=KEYS_TIMEOUT, lifespan=KEYS_LIFESPAN, cooldown_duration=KEYS_COOLDOWN)
        self._last_known: Any = None
        self._failed_at: float | None = None

    def fetch_data(self) -> Any:
        pause = 1 if self._last_known is None else KEYS_COOLDOWN
        if self._failed_at is not None and time.monotonic() - self._failed_at < pause:
            return self._known_or_raise()
        try:
            self._last_known = super().fetch_data()
        # OSError: the connection broke during the response. ValueError: it is not JSON. PyJWT passes both on as they are.
        except (jwt.PyJWTError, OSError, ValueError) as error:
            self._failed_at = time.monotonic()  # its end: the threads that waited for this attempt do not repeat it
            logger.warning("cannot fetch the key set", exc_info=error)
            return self._known_or_raise()
        self._failed_at = None
        return self._last_known

    def key_for(self, key_id: str) -> tuple[jwt.PyJWK, bool]:
        """The key of an id, and True. Of an unknown id another key, and False: its refusal costs the same work, by any clock."""
        try:
            return self.get_signing_key(key_id), True
        except jwt.PyJWKClientError:
            return self.get_signing_keys()[0], False

    def _known_or_raise(self) -> Any:
        if self._last_known is None:
            raise Unavailable("The service cannot verify tokens at the moment; try again shortly.")
        return self._last_known


def caller(request: Request) -> Principal:
    """Who sent an authenticated request."""
    principal: Principal = request.user  # type: ignore[assignment]  # the stubs know Django's own users only
    return principal


@cache
def key_set(url: str) -> KeySet:
    """One key set a process and endpoint."""
    return KeySet(url)


def verify(token: str) -> Principal:
    """The caller a token speaks for.

    :raises InvalidToken: with a reason safe to tell: it names the rule, never a value of the token.
    :raises Unavailable: no key was ever fetched and the endpoint does not respond.
    """
    checked = (token, settings.COGNITO_ISSUER, settings.COGNITO_CLIENT_ID, settings.COGNITO_JWKS_URL)
    digest = hashlib.sha256("\n".join(checked).encode()).digest()
    with _lock:
        verified = _verified.get(digest)
    if verified is None:
        claims = _claims(token)
        verified = _principal(claims), int(claims["exp"])
        with _lock:
            _verified[digest] = verified
    return verified[0]


def _claims(token: str) -> dict[str, Any]:
    """What a token claims, once its signature, issuer and times are verified."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise InvalidToken("The token is not signed as this service requires")
        key, known = key_set(settings.COGNITO_JWKS_URL).key_for(header["kid"])
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=settings.COGNITO_ISSUER, options=_OPTIONS)
        if not known:
            raise InvalidToken("The token is malformed or its signature is wrong")
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("The token has expired") from error
    except jwt.ImmatureSignatureError as error:
        raise InvalidToken("The token is not valid yet") from error
    except jwt.InvalidIssuerError as error:
        raise InvalidToken("The token was issued elsewhere") from error
    except (jwt.PyJWTError, ValueError) as error:  # ValueError: header or claims that are not JSON objects
        raise InvalidToken("The token is malformed or its signature is wrong") from error
    return claims


def _principal(claims: dict[str, Any]) -> Principal:
    use = claims["token_use"]
    client = claims.get({"access": "client_id", "id": "aud"}.get(use, "")) if isinstance(use, str) else None
    if client != settings.COGNITO_CLIENT_ID or not claims["sub"]:
        raise InvalidToken("The token was issued for another use or application")
    email = claims.get("email") if claims.get("email_verified") in (True, "true") else None
    username = claims.get("username") or claims.get("cognito:username") or claims["sub"]
    return Principal(subject=claims["sub"], username=str(username), email=email)


class CognitoAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`, or the bare token that the published web client sends."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        parts = request.headers.get("Authorization", "").split()
        if not parts:
            return None
        if len(parts) == 2 and parts[0].lower() == "bearer":  # noqa: PLR2004 scheme and token
            parts = parts[1:]
        if len(parts) != 1:
            raise InvalidToken("The Authorization header is not a Bearer token")
        return verify(parts[0]), parts[0]

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="todo"'
