"""Signed download URLs: AWS Signature Version 4 in the query string.

Rules: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters". botocore's signer, S3SigV4QueryAuth, takes
ten times as long, as it derives the key and escapes the session token of a role for every URL. A list signs up to 100.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from botocore.credentials import ReadOnlyCredentials

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


def signed_url(
    url: str, query: dict[str, str], credentials: ReadOnlyCredentials, *, region: str, stamp: str, seconds: int
) -> str:
    """A URL with which anybody may GET an object for `seconds` from `stamp` on, a moment in UTC: `20261123T094300Z`."""
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    parameters = [*_escaped(query), *_common(credentials.access_key, credentials.token, scope, stamp, seconds)]
    parts = urlsplit(url)
    request = ("GET", parts.path, "&".join(sorted(parameters)), f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD")
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}"
    signature = hmac.digest(_key(credentials.secret_key, scope), text.encode(), "sha256").hex()
    return f"{url}?{'&'.join(parameters)}&X-Amz-Signature={signature}"


@lru_cache(maxsize=2)
def _key(secret_key: str, scope: str) -> bytes:
    """The signing key of one day."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@lru_cache(maxsize=8)
def _common(access_key: str, token: str | None, scope: str, stamp: str, seconds: int) -> list[str]:
    """What all URLs of one moment have in common."""
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    return _escaped(query if token is None else {**query, "X-Amz-Security-Token": token})


def _escaped(query: dict[str, str]) -> list[str]:
    return [f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in query.items()]
