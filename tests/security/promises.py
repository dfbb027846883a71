"""Rows of docs/reference/reliability.md that tests of more than one file, or many tests of one, hold."""

import pytest

HEADERS = pytest.mark.promise(
    "Every response says nosniff, personal data no-store, and none names a version or a cause",
    "every route with and without a token, every other response, methods that no route has, a crash; the server's own refusals",
)
HOSTILE_NAMES = pytest.mark.promise(
    "Names of files that are paths, lie, or inject are refused; all others come back as they were",
    "paths, control characters, bidi overrides, more than 255 bytes; 255 bytes, quotes, other scripts, emoji",
)
TRICKS = pytest.mark.promise(
    "Header, Host, method-override, path and query tricks change nothing",
    "forwarding and override headers, foreign hosts, other spellings of a path, odd queries, search words and idempotency keys",
)
