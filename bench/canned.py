"""The data that everything measured here reads: to-dos and files. Nothing is random.

An owner's id ends in the number of items of that owner's partition, so that one stub serves partitions of every size.
"""

import json
from typing import Any

REGION = "eu-west-1"
POOL = "eu-west-1_Bench0001"
CLIENT = "benchclient0000000000000001"
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}"
TODO_ID = "11111111-1111-4111-8111-000000000000"
PAGE_BYTES = 1024 * 1024  # DynamoDB ends a page here

_DESCRIPTION = "Ask for the larger size, and for the receipt; the old one can be handed in at the counter. " * 2
_NOTES = "Called on Monday: open from nine to six, closed on Wednesdays. "


def owner(count: int) -> str:
    """The Cognito subject whose partition holds `count` items."""
    return f"00000000-0000-4000-8000-{count:012d}"


def todo_item(index: int, *, count: int) -> dict[str, Any]:
    """To-do number `index` of a partition of `count`, in DynamoDB's wire format."""
    identifier = f"11111111-1111-4111-8111-{index:012d}"
    day = f"2026-12-{index % 28 + 1:02d}"
    return {
        "userID": {"S": owner(count)},
        "todoID": {"S": identifier},
        "title": {"S": f"Buy milk and bread, and look for the blue one, number {index}"},
        "description": {"S": _DESCRIPTION},
        "notes": {"S": _NOTES},
        "dateDue": {"S": day},
        "completed": {"BOOL": False},
        "dateCreated": {"S": "2026-11-20T08:30:00.123Z"},
        "dateModified": {"S": "2026-11-21T17:05:09.456Z"},
        "attachments": {"N": "2"},
        "version": {"N": "3"},
        "schedule": {"N": f"{day.replace('-', '')}{index:013d}000000"},
        "place": {"N": f"{day.replace('-', '')}{index:013d}000000"},
        "undated": {"N": f"{index * 10**6}"},
    }


def file_item(index: int, *, count: int) -> dict[str, Any]:
    """Attachment number `index` of a to-do's partition of `count`, in DynamoDB's wire format."""
    identifier = f"22222222-2222-4222-8222-{index:012d}"
    return {
        "todoKey": {"S": f"{owner(count)}#{TODO_ID}"},
        "fileID": {"S": identifier},
        "fileName": {"S": f"Invoice {index} (März).pdf"},
        "contentType": {"S": "application/pdf"},
        "size": {"N": str(120_000 + index)},
        "dateCreated": {"S": "2026-11-20T08:30:00.123Z"},
        "listing": {"S": f"1#{index:013d}#{identifier}"},
        "objectVersion": {"S": "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"},
    }


def query(count: int, start: int, limit: int, *, files: bool) -> dict[str, Any]:
    """A Query's response: `limit` items from number `start` on, or as many as fit into a page; a last key if more follow."""
    make = file_item if files else todo_item
    items: list[dict[str, Any]] = []
    size = 0
    for index in range(start, min(count, start + limit) if limit else count):
        item = make(index, count=count)
        size += sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items())
        items.append(item)
        if size > PAGE_BYTES:
            break
    answer: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
    if items and start + len(items) < count:
        names = ("todoKey", "fileID", "listing") if files else ("userID", "todoID", "schedule")
        answer["LastEvaluatedKey"] = {name: items[-1][name] for name in names}
    return answer


def as_bytes(document: Any) -> bytes:
    """JSON as DynamoDB writes it: no blanks, UTF-8."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
