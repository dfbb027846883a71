"""Expiry: deletes for good what has been in the trash long enough, uploads never completed, and all of people who asked for that.

Objects first, then their items, then the to-do: stopped anywhere, the next run finds the rest by the items that are left.
Each step may be repeated, and two runs at once do no harm.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings

from files import storage
from files.models import Attachment, file_key, partition
from todo_project.aws.dynamodb import ConditionFailed, client, translate_errors
from todo_project.aws.items import Item, number, string
from todo_project.aws.keys import EVERYTHING, PURGE_INDEX, PURGE_SHARDS, everything_key, todo_key
from todo_project.aws.timestamps import now

logger = logging.getLogger(__name__)

# Restoring is refused once an item is due. The purge waits this much longer, so that with clocks up to five minutes
# wrong on either side no container restores what another is deleting.
GRACE = timedelta(minutes=15)

_DUE = "purgeAfter <= :until"


@dataclass(slots=True)
class Summary:
    """What a run did, or with `dry_run` would do."""

    todos: int = 0
    files: int = 0
    failures: int = 0


Progress = Callable[[Summary], None]


def purge(*, moment: datetime | None = None, dry_run: bool = False, progress: Progress = lambda _: None) -> Summary:
    """Deletes everything due at `moment` (default: now). One failing item is counted and does not stop the others."""
    until = int(((moment or now()) - GRACE).timestamp())
    summary = Summary()
    for key in _due(settings.TODOS_TABLE, until):
        step = _purge_everything if key["todoID"]["S"] == EVERYTHING else _purge_todo
        _guarded(step, key, until, summary, dry_run=dry_run)
        progress(summary)
    for key in _due(settings.FILES_TABLE, until):
        _guarded(_purge_file, key, until, summary, dry_run=dry_run)
        progress(summary)
    return summary


def _guarded(step: Callable[..., None], key: Item, until: int, summary: Summary, *, dry_run: bool) -> None:
    try:
        step(key, until, summary, dry_run=dry_run)
    except Exception:  # storage out of reach, or an item this code cannot read: neither may stop the rest
        summary.failures += 1
        logger.exception("purge of an item failed; the next run tries again")


def _due(table: str, until: int) -> Iterator[Item]:
    """The primary keys of a table's due items, from every shard of the index, at a cost of what is due alone."""
    for shard in range(PURGE_SHARDS):
        yield from _pages(
            TableName=table,
            IndexName=PURGE_INDEX,
            KeyConditionExpression=f"purgeShard = :shard AND {_DUE}",
            ExpressionAttributeValues={":shard": number(shard), ":until": number(until)},
        )


def _purge_todo(key: Item, until: int, summary: Summary, *, dry_run: bool) -> None:
    owner, todo_id = key["userID"]["S"], UUID(key["todoID"]["S"])
    if not _still_due(settings.TODOS_TABLE, todo_key(owner, todo_id), until):
        return
    _purge_files_of(owner, todo_id, summary, dry_run=dry_run)
    if dry_run or _delete_due(settings.TODOS_TABLE, todo_key(owner, todo_id), until):
        summary.todos += 1


def _purge_everything(key: Item, until: int, summary: Summary, *, dry_run: bool) -> None:
    owner = key["userID"]["S"]
    if not _still_due(settings.TODOS_TABLE, everything_key(owner), until):
        return
    items = _pages(
        TableName=settings.TODOS_TABLE,
        KeyConditionExpression="userID = :owner",
        ExpressionAttributeValues={":owner": string(owner)},
        ProjectionExpression="todoID",
        ConsistentRead=True,
    )
    for todo_id in (UUID(item["todoID"]["S"]) for item in items if item["todoID"]["S"] != EVERYTHING):
        _purge_files_of(owner, todo_id, summary, dry_run=dry_run)
        if not dry_run:
            with translate_errors():
                client().delete_item(TableName=settings.TODOS_TABLE, Key=todo_key(owner, todo_id))
        summary.todos += 1
    if not dry_run:  # last: stopped before, the next run finds the rest
        _delete_due(settings.TODOS_TABLE, everything_key(owner), until)


def _purge_files_of(owner: str, todo_id: UUID, summary: Summary, *, dry_run: bool) -> None:
    items = _pages(
        TableName=settings.FILES_TABLE,
        KeyConditionExpression="todoKey = :todo",
        ExpressionAttributeValues={":todo": string(partition(owner, todo_id))},
        ConsistentRead=True,
    )
    while some := [Attachment.from_item(item) for item in islice(items, storage.DELETE_MAX)]:
        if not dry_run:
            storage.delete([attachment.object_key for attachment in some])
        for attachment in some:
            if not dry_run:
                with translate_errors():
                    client().delete_item(TableName=settings.FILES_TABLE, Key=file_key(owner, todo_id, attachment.file_id))
            summary.files += 1


def _purge_file(key: Item, until: int, summary: Summary, *, dry_run: bool) -> None:
    item_key = {"todoKey": key["todoKey"], "fileID": key["fileID"]}
    item = _still_due(settings.FILES_TABLE, item_key, until)
    if item is None:
        return
    attachment = Attachment.from_item(item)
    if dry_run and _still_due(settings.TODOS_TABLE, todo_key(attachment.owner, attachment.todo_id), until):
        return  # counted with its to-do
    if not dry_run:
        storage.delete([attachment.object_key])
    if dry_run or _delete_due(settings.FILES_TABLE, item_key, until):
        summary.files += 1


def _still_due(table: str, key: Item, until: int) -> Item | None:
    """The item, read consistently, if it is due: the index may lag behind the table."""
    with translate_errors():
        item = client().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return item if item and "purgeAfter" in item and int(item["purgeAfter"]["N"]) <= until else None


def _delete_due(table: str, key: Item, until: int) -> bool:
    try:
        with translate_errors():
            client().delete_item(
                TableName=table, Key=key, ConditionExpression=_DUE, ExpressionAttributeValues={":until": number(until)}
            )
    except ConditionFailed:  # another run was here first
        return False
    return True


def _pages(**query: Any) -> Iterator[Item]:
    while True:
        with translate_errors():
            response = client().query(**query)
        yield from response["Items"]
        if "LastEvaluatedKey" not in response:
            return
        query["ExclusiveStartKey"] = response["LastEvaluatedKey"]
