"""The caller's token: signed as Cognito signs, with a key made for this run."""

import json
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench import canned

KEY_ID = "bench"


class Issuer:
    """Stands in for the user pool."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def write_key_set(self, path: Path) -> None:
        """The JWKS document, where the stub reads it."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        path.write_text(json.dumps({"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}))

    def access_token(self, count: int) -> str:
        """A token, good for two hours, of the owner of `count` items, with the claims of a Cognito access token."""
        now = int(time.time())
        claims = {
            "sub": canned.owner(count),
            "iss": canned.ISSUER,
            "client_id": canned.CLIENT,
            "origin_jti": "5b0ac1e2-8f4a-4a53-8a5e-55c1b7d3f6aa",
            "event_id": "0c7b6d5e-4f3a-4b2c-9d1e-0f1a2b3c4d5e",
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": now,
            "iat": now,
            "exp": now + 7200,
            "jti": "9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
            "username": canned.owner(count),
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY_ID})
