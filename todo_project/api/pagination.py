"""Cursors: where the next page starts, signed for one owner and one query."""

from typing import Any

from django.core import signing

from todo_project.api.serializers import refuse


def encode(owner: str, query: dict[str, Any], position: str) -> str:
    """A cursor for `position`. The owner is in the signature, not in the cursor; so is the query."""
    return _signer(owner, query).sign_object([position], compress=True)


def decode(owner: str, query: dict[str, Any], cursor: str) -> str:
    """The position of a cursor; a tampered one, another person's or another query's is a validation error."""
    try:
        [position] = _signer(owner, query).unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        refuse(["cursor"], "invalid_cursor", "This cursor was not made here for this query. Start again from the first page.")
    return str(position)


def _signer(owner: str, query: dict[str, Any]) -> signing.Signer:
    facts = ";".join(f"{name}={query[name]}" for name in sorted(query))
    return signing.Signer(salt=f"cursor\n{owner}\n{facts}")
