"""Tokens that are not Cognito's word for this pool and client: by name, and how each is made."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

KEY_ID = "the-pools-key"
SUBJECT = "11111111-2222-4333-8444-555555555555"


def segment(value: Any) -> str:
    """One part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forge:
    """A pool whose private key we hold, and a stranger's key."""

    def __init__(self) -> None:
        self.pool = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.elliptic = ec.generate_private_key(ec.SECP256R1())

    def key_set(self) -> dict[str, Any]:
        """What the pool publishes."""
        return {"keys": [{**self.jwk(self.pool), "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    @staticmethod
    def jwk(key: rsa.RSAPrivateKey) -> dict[str, Any]:
        """A public key as JSON."""
        found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
        return found

    @property
    def pem(self) -> bytes:
        """The pool's public key as text."""
        return self.pool.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    @staticmethod
    def claims(**changes: Any) -> dict[str, Any]:
        """Of an access token; None takes a claim away."""
        now = int(time.time())
        claims = {
            "sub": SUBJECT,
            "iss": settings.COGNITO_ISSUER,
            "client_id": settings.COGNITO_CLIENT_ID,
            "token_use": "access",
            "username": SUBJECT,
            "iat": now,
            "exp": now + 3600,
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims: Any = None, *, key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
        """A token with a right signature of `key` (default: the pool's); header fields None are left out."""
        fields = {"kid": KEY_ID, **header}
        return jwt.encode(
            self.claims() if claims is None else claims,
            key or self.pool,
            algorithm=algorithm,
            headers={name: value for name, value in fields.items() if value is not None},
        )

    def raw(self, header: dict[str, Any], payload: Any, key: rsa.RSAPrivateKey | None = None) -> str:
        """A token whose parts a library would refuse to make, rightly signed."""
        return jwt.api_jws.PyJWS().encode(
            payload if isinstance(payload, bytes) else json.dumps(payload).encode(), key or self.pool, "RS256", headers=header
        )

    def hmac(self, secret: bytes) -> str:
        """HS256 with something public for a secret."""
        signed = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': KEY_ID})}.{segment(self.claims())}"
        return f"{signed}.{segment(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def tampered(self, part: int) -> str:
        """A good token with one part of another."""
        good, other = self.sign().split("."), self.sign(self.claims(sub="somebody-else", iat=1)).split(".")
        good[part] = other[part]
        return ".".join(good)


def _mid(token: str, change: Callable[[str, str, str], tuple[str, str, str]]) -> str:
    return ".".join(change(*token.split(".")))  # type: ignore[arg-type]


F = Forge
# name: the whole Authorization header, None for none at all
FORGERIES: dict[str, Callable[[Forge], str | None]] = {
    "no token": lambda _: None,
    "empty": lambda _: "",
    "only the scheme": lambda _: "Bearer",
    "garbage": lambda _: "Bearer garbage",
    "three empty parts": lambda _: "Bearer ..",
    "three parts of garbage": lambda _: "Bearer a.b.c",
    "binary": lambda _: "Bearer \x80\xff.\x80\xff.\x80\xff",
    "very long": lambda _: "Bearer " + "a" * 7000,
    "two tokens": lambda f: f"Bearer {f.sign()} {f.sign()}",
    "a comma between two": lambda f: f"Bearer {f.sign()},{f.sign()}",
    "another scheme": lambda f: f"Basic {f.sign()}",
    "expired": lambda f: f.sign(F.claims(exp=int(time.time()) - 1)),
    "expired in 1970": lambda f: f.sign(F.claims(exp=0)),
    "expired below zero": lambda f: f.sign(F.claims(exp=-1)),
    "expiry no number": lambda f: f.sign(F.claims(exp="never")),
    "never expires": lambda f: f.sign(F.claims(exp=None)),
    "not yet valid": lambda f: f.sign(F.claims(nbf=int(time.time()) + 600)),
    "wrong pool": lambda f: f.sign(F.claims(iss=settings.COGNITO_ISSUER + "x")),
    "wrong region": lambda f: f.sign(F.claims(iss=settings.COGNITO_ISSUER.replace("amazonaws", "example"))),
    "issuer with a slash": lambda f: f.sign(F.claims(iss=settings.COGNITO_ISSUER + "/")),
    "no issuer": lambda f: f.sign(F.claims(iss=None)),
    "issuers": lambda f: f.raw({"kid": KEY_ID}, F.claims(iss=[settings.COGNITO_ISSUER])),
    "wrong client": lambda f: f.sign(F.claims(client_id="another")),
    "clients": lambda f: f.sign(F.claims(client_id=[settings.COGNITO_CLIENT_ID])),
    "no client": lambda f: f.sign(F.claims(client_id=None)),
    "access token with an audience": lambda f: f.sign(F.claims(client_id=None, aud=settings.COGNITO_CLIENT_ID)),
    "ID token of another client": lambda f: f.sign(F.claims(token_use="id", aud="another")),
    "ID token with a client id": lambda f: f.sign(F.claims(token_use="id")),
    "ID token of several": lambda f: f.sign(F.claims(token_use="id", client_id=None, aud=[settings.COGNITO_CLIENT_ID, "x"])),
    "wrong use": lambda f: f.sign(F.claims(token_use="refresh")),
    "no use": lambda f: f.sign(F.claims(token_use=None)),
    "uses": lambda f: f.sign(F.claims(token_use=["access"])),
    "no subject": lambda f: f.sign(F.claims(sub=None)),
    "empty subject": lambda f: f.sign(F.claims(sub="")),
    "subject a number": lambda f: f.raw({"kid": KEY_ID}, F.claims(sub=7)),
    "claims a list": lambda f: f.raw({"kid": KEY_ID}, [F.claims()]),
    "claims no JSON": lambda f: f.raw({"kid": KEY_ID}, b"\xff{"),
    "none": lambda _: f"{segment({'alg': 'none', 'kid': KEY_ID})}.{segment(F.claims())}.",
    "nOnE": lambda _: f"{segment({'alg': 'nOnE', 'kid': KEY_ID})}.{segment(F.claims())}.",
    "none with a signature": lambda f: f"{segment({'alg': 'none', 'kid': KEY_ID})}.{f.sign().split('.', 1)[1]}",
    "no algorithm": lambda f: f"{segment({'kid': KEY_ID})}.{f.sign().split('.', 1)[1]}",
    "HS256 with the public key": lambda f: f.hmac(f.pem),
    "HS256 with the modulus": lambda f: f.hmac(f.jwk(f.pool)["n"].encode()),
    "HS256 with nothing": lambda f: f.hmac(b""),
    "RS384": lambda f: f.sign(algorithm="RS384"),
    "RS512": lambda f: f.sign(algorithm="RS512"),
    "PS256": lambda f: f.sign(algorithm="PS256"),
    "ES256": lambda f: f.sign(key=f.elliptic, algorithm="ES256"),
    "stranger's key": lambda f: f.sign(key=f.stranger),
    "stranger's key, embedded": lambda f: f.sign(key=f.stranger, jwk=f.jwk(f.stranger)),
    "stranger's key by jku": lambda f: f.sign(key=f.stranger, jku="https://evil.example/jwks.json"),
    "stranger's key by x5u": lambda f: f.sign(key=f.stranger, x5u="https://evil.example/chain.pem"),
    "stranger's key by x5c": lambda f: f.sign(key=f.stranger, x5c=["MIIB"]),
    "foreign key id": lambda f: f.sign(kid="foreign"),
    "stranger's key and id": lambda f: f.sign(key=f.stranger, kid="foreign"),
    "no key id": lambda f: f.sign(kid=None),
    "key id a path": lambda f: f.sign(kid="../../../../dev/null"),
    "key id a list": lambda f: f"{segment({'alg': 'RS256', 'kid': [KEY_ID]})}.{f.sign().split('.', 1)[1]}",
    "critical header": lambda f: f.sign(crit=["exp"], exp=1),
    "unencoded payload": lambda f: f.sign(crit=["b64"], b64=False),
    "subject tampered with": lambda f: f.tampered(1),
    "header of another": lambda f: _mid(f.sign(), lambda _, body, sign: (segment({"alg": "RS256", "kid": "x"}), body, sign)),
    "signature of another": lambda f: f.tampered(2),
    "no signature": lambda f: f.sign().rsplit(".", 1)[0] + ".",
    "signature cut": lambda f: f.sign()[:-8],
    "two parts": lambda f: f.sign().rsplit(".", 1)[0],
    "four parts": lambda f: f.sign() + ".x",
    "encrypted": lambda _: f"{segment({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d",
    "header a list": lambda f: f"{segment(['RS256'])}.{f.sign().split('.', 1)[1]}",
}


def header(forge: Forge, name: str) -> str | None:
    """The Authorization header of a forgery."""
    made = FORGERIES[name](forge)
    return made if made is None or " " in made or made in {"", "Bearer"} else f"Bearer {made}"
