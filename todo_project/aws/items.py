"""Items of DynamoDB tables in the wire format: `{"title": {"S": "Buy milk"}, "version": {"N": "1"}}`."""

from typing import Any

Item = dict[str, Any]


def string(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def without_absent(item: dict[str, Item | None]) -> Item:
    """An item without the attributes that are None."""
    return {name: value for name, value in item.items() if value is not None}
