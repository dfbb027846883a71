"""AWS Signature Version 4: the parts that requests and signed URLs have in common.

Rules: IAM user guide, "AWS Signature Version 4 for API requests".
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Final, Protocol

ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """What signs; botocore's frozen credentials are such. `token` is None for those of a user, and set for those of a role."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...


def scope(stamp: str, region: str, service: str) -> str:
    """What a signature is good for: a day, a region and a service. `stamp` is a moment of that day, `20261123T094300Z`."""
    return f"{stamp[:8]}/{region}/{service}/aws4_request"


def signature(secret: str, stamp: str, scope: str, canonical_request: str) -> str:
    """The signature, in hexadecimal, of a canonical request."""
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return _hmac(_key(secret, scope), f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}").hex()


@lru_cache(maxsize=8)
def _key(secret: str, scope: str) -> bytes:
    """Derived once a day, service and set of credentials: it is four of the five HMACs of a signature."""
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
