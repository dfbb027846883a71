"""Conditional requests: `ETag` says the version, `If-Match` and `If-None-Match` ask for it (RFC 9110, 13.1)."""

import re
from typing import Final

from django.utils.http import parse_etags
from rest_framework.request import Request

from todo_project.api.serializers import refuse
from todo_project.errors import StaleVersion

MAX_VERSIONS: Final = 100
"""In one `If-Match`: as many as DynamoDB's operator IN takes."""

# Compression makes tags weak on their way to the client (RFC 9110, section 8.8.1); ours name versions, not a response's bytes.
_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,17})"')


def is_known(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag: the caller has the response already."""
    return tag in {known.removeprefix("W/") for known in parse_etags(request.headers.get("If-None-Match", ""))}


def expected_versions(request: Request) -> frozenset[int] | None:
    """The versions that `If-Match` allows, None when it allows any (absent or `*`).

    :raises StaleVersion: when no version could ever match: tags not made here.
    """
    value = request.headers.get("If-Match", "*").strip()
    if value == "*":
        return None
    tags = [tag.strip() for tag in value.split(",") if tag.strip()]
    if not tags:
        refuse(["If-Match"], "empty", "Name an ETag, a list of ETags, or *.")
    versions = frozenset(int(found[1]) for tag in tags if (found := _TAG.fullmatch(tag)))
    if not versions:
        raise StaleVersion
    if len(versions) > MAX_VERSIONS:
        refuse(["If-Match"], "too_many", f"Name at most {MAX_VERSIONS} ETags.")
    return versions
