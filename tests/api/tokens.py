"""Tokens as Cognito makes them, and forgeries; a key set's endpoint."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SUBJECT = "0a1b2c3d-0000-4000-8000-00000000f00d"


@cache
def private_key(kid: str) -> rsa.RSAPrivateKey:
    """The key of an id, once a test process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(*kids: str) -> bytes:
    """A key set with these keys."""
    keys = [jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True) for kid in kids]
    described = [{**key, "kid": kid, "alg": "RS256", "use": "sig"} for kid, key in zip(kids, keys, strict=True)]
    return json.dumps({"keys": described}).encode()


def claims(use: str = "access", **changes: Any) -> dict[str, Any]:
    """What a token of this use says; a change to None leaves the claim out."""
    now = int(time.time())
    said = {"sub": SUBJECT, "iss": settings.COGNITO_ISSUER, "token_use": use, "iat": now, "exp": now + 3600, "jti": str(uuid4())}
    if use == "access":
        said |= {"client_id": settings.COGNITO_CLIENT_ID, "username": "robin"}
    else:
        said |= {"aud": settings.COGNITO_CLIENT_ID, "cognito:username": "robin"}
        said |= {"email": "Robin@example.com", "email_verified": True}
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def token(use: str = "access", kid: str = "known", algorithm: str = "RS256", **changes: Any) -> str:
    """A token signed with the key of `kid`."""
    return jwt.encode(claims(use, **changes), private_key(kid), algorithm, headers={"kid": kid})


def with_header(header: Any, body: Any | None = None) -> str:
    """A token with any header and any body, signed with the key "known" as RS256 does."""
    signed = f"{encoded(header)}.{encoded(claims() if body is None else body)}"
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(signed.encode(), private_key("known"))
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def unsigned() -> str:
    """A token that says it needs no signature."""
    return jwt.encode(claims(), None, "none", headers={"kid": "known"})


def signed_with_the_public_key() -> str:
    """A token whose HMAC secret is what everybody can read in the key set."""
    form, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    secret = private_key("known").public_key().public_bytes(form, kind)
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': 'known'})}.{encoded(claims())}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def encoded(value: Any) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Endpoint(ThreadingHTTPServer):
    """Serves a key set, or what a test wants instead, and counts its requests."""

    daemon_threads = True

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.body = body
        self.status = 200
        self.length: int | None = None
        """Announce a body of this length instead of its own."""
        self.asked = 0


class _Answer(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.length or len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""
