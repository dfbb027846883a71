"""Optimistic concurrency over HTTP: `ETag` says the version, `If-Match` asks for it (RFC 9110, 13.1.1)."""

import re

from rest_framework.request import Request

from todo_project.errors import StaleVersion

# Compression makes tags weak on their way to the client (RFC 9110, section 8.8.1); ours name versions, not bytes.
_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` demands, None when it demands none (absent or `*`).

    :raises StaleVersion: when no version could ever match: tags not made here.
    """
    value = request.headers.get("If-Match", "*").strip()
    if value == "*":
        return None
    match = _TAG.fullmatch(value)
    if match is None:
        raise StaleVersion
    return int(match.group(1))
