"""An authenticator app, as people have one on their phone."""

import base64
import hmac
import struct
import time
from dataclasses import dataclass
from itertools import count
from typing import Self

from tests.web.people import Person


@dataclass
class App:
    """An authenticator app (RFC 6238: SHA-1, six digits, every 30 seconds)."""

    key: bytes

    @classmethod
    def of(cls, person: Person) -> Self:
        """A new one, which the person's account asks for from now on."""
        cognito, token = person.site.cognito, person.tokens["accessToken"]
        app = cls.with_secret(cognito.associate_software_token(AccessToken=token)["SecretCode"])
        assert cognito.verify_software_token(AccessToken=token, UserCode=app.code())["Status"] == "SUCCESS"
        cognito.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        return app

    @classmethod
    def with_secret(cls, secret: str) -> Self:
        """A new one, which was given this key (base 32)."""
        return cls(base64.b32decode(secret + "=" * (-len(secret) % 8)))

    def code(self) -> str:
        """What it shows now."""
        digest = hmac.digest(self.key, struct.pack(">Q", int(time.time()) // 30), "sha1")
        (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
        return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"

    def wrong_code(self) -> str:
        """Six digits that it does not show now."""
        return next(guess for guess in (f"{number:06}" for number in count()) if guess != self.code())
