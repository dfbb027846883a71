"""What both services know about to-dos: where one is stored, when it may be used, and how a person's are all given up.

The service "files" needs it to reserve an upload, to count attachments and to purge; everything else about to-dos is
known to the app `todos` alone.
"""

import zlib
from typing import Any
from uuid import UUID

# A to-do that is stored and not in the trash.
LIVE = "attribute_exists(todoID) AND attribute_not_exists(purgeAfter)"

# Both tables' index of what expires: partition `purgeShard`, sort key `purgeAfter` in epoch seconds.
PURGE_INDEX = "byPurge"
PURGE_SHARDS = 8

EVERYTHING = "everything"


def todo_key(owner: str, todo_id: UUID) -> dict[str, Any]:
    """The primary key of a to-do in DynamoDB's wire form. `owner` is the Cognito subject: no key without it."""
    return {"userID": {"S": owner}, "todoID": {"S": str(todo_id)}}


def everything_key(owner: str) -> dict[str, Any]:
    """The primary key of the item which says that all the owner's to-dos wait for the purge. No list shows it."""
    return {"userID": {"S": owner}, "todoID": {"S": EVERYTHING}}


def purge_shard(identifier: UUID) -> int:
    """Which of the index's partitions an item waits in, so that no one partition takes all the writes."""
    return zlib.crc32(identifier.bytes) % PURGE_SHARDS
