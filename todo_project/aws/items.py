"""Items of DynamoDB tables in the wire format: `{"title": {"S": "Buy milk"}, "version": {"N": "1"}}`."""

from typing import Any

Item = dict[str, Any]


def string(value: str) -> dict[str, str]:
    """A string."""
    return {"S": value}


def number(value: int) -> dict[str, str]:
    """A number."""
    return {"N": str(value)}
