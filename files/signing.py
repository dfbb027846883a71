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
    bucket: str, path: str, query: list[str], credentials: ReadOnlyCredentials, *, region: str, stamp: str, seconds: int
) -> str:
    """A URL with which anybody may GET an object for `seconds` from `stamp` on, a moment in UTC: `20261123T094300Z`.

    :param bucket: its URL. `path`, from `/` on, and `query`, of `name=value`, are escaped.
    """
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    common, key = _common(credentials, scope, stamp, seconds)
    parts, parameters = urlsplit(bucket), [*query, *common]
    request = ("GET", parts.path + path, "&".join(sorted(parameters)), f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD")
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    signature = hmac.digest(key, f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hex()
    return f"{bucket}{path}?{'&'.join(parameters)}&X-Amz-Signature={signature}"


@lru_cache(maxsize=8)
def _common(credentials: ReadOnlyCredentials, scope: str, stamp: str, seconds: int) -> tuple[list[str], bytes]:
    """The parameters that all URLs of one moment have in common, and the key that signs them."""
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        **({"X-Amz-Security-Token": credentials.token} if credentials.token else {}),
    }
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return [f"{name}={quote(value, safe='')}" for name, value in query.items()], key
