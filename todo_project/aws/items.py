"""Items of DynamoDB tables in the wire format, `{"title": {"S": "Buy milk"}, "version": {"N": "1"}}`, and what both services know
about those of to-dos: where one is stored, when it may be used, and how all of a person's are given up.

The service "files" needs that to reserve an upload, to count attachments and to purge; all else about to-dos is known to the app
`todos` alone.
"""

import zlib
from typing import Any
from uuid import UUID

Item = dict[str, Any]

# A to-do that is stored and not in the trash.
LIVE = "attribute_exists(todoID) AND attribute_not_exists(purgeAfter)"

# Both tables' index of what expires: partition `purgeShard`, sort key `purgeAfter` in epoch seconds.
PURGE_INDEX = "byPurge"
PURGE_SHARDS = 8

EVERYTHING = "everything"
"""The id in the item which says that all to-dos of its owner wait for the purge. No list shows it."""


def string(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def without_absent(item: dict[str, Item | None]) -> Item:
    """An item without the attributes that are None."""
    return {name: value for name, value in item.items() if value is not None}


def todo_key(owner: str, todo_id: UUID | str) -> Item:
    """The primary key of a to-do, or of EVERYTHING. `owner` is the Cognito subject: no key without it."""
    return {"userID": string(owner), "todoID": string(str(todo_id))}


def purge_shard(identifier: UUID) -> int:
    """Which of the index's partitions an item waits in, so that no one partition takes all the writes."""
    return zlib.crc32(identifier.bytes) % PURGE_SHARDS
