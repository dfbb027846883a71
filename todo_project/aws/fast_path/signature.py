"""AWS Signature Version 4 of a call to DynamoDB.

Rules: IAM user guide, "Create a signed AWS API request".
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


def signed(headers: Mapping[str, str], body: bytes, *, host: str, region: str, credentials: Any, stamp: str) -> dict[str, str]:
    """The headers of a `POST /` to DynamoDB with all that signing adds.

    `headers` has Content-Type and X-Amz-Target; `credentials` are botocore's, frozen; `stamp` is a moment: `20261123T094300Z`.
    """
    added = {"Host": host, "X-Amz-Date": stamp}
    if credentials.token:
        added["X-Amz-Security-Token"] = credentials.token
    signing = {"Content-Type": headers["Content-Type"], **added, "X-Amz-Target": headers["X-Amz-Target"]}
    names = ";".join(signing).lower()
    lines = "".join(f"{name.lower()}:{value}\n" for name, value in signing.items())
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/dynamodb/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (*scope.split("/"), f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}"):
        key = hmac.digest(key, part.encode(), "sha256")
    authorization = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    return {**headers, **added, "Authorization": authorization}
