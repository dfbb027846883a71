"""`Idempotency-Key`: the id of what a request makes follows from its owner and key, so a retry finds the first result.

The header is that of the IETF draft "The Idempotency-Key HTTP Header Field" (httpapi working group).
"""

import hashlib
import json
import re
from typing import Any
from uuid import UUID, uuid4, uuid5

from rest_framework.request import Request

from todo_project.api.serializers import refuse

_NAMESPACE = UUID("5ba52b4b-0f4c-4c9b-9e0c-1c7f5a9f1c52")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def idempotency_key(request: Request) -> str | None:
    """The key that a request gives, None if it gives none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        refuse(["Idempotency-Key"], "invalid_key", "Use 1 to 255 visible ASCII characters without spaces.")
    return key


def identifier(key: str | None, *scope: str) -> UUID:
    """The id for what a request makes: derived from scope and key, or random without a key.

    `scope` starts with the owner, so that nobody's key meets another person's.
    """
    return uuid4() if key is None else uuid5(_NAMESPACE, "\n".join((*scope, key)))


def fingerprint(data: Any) -> str:
    """A digest of a request's meaning: the same key with another meaning is a mistake worth telling."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:32]
