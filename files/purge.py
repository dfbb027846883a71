"""Expiry: deletes for good what has been in the trash long enough, uploads never completed, and all of people who asked for that.

Objects first, then their items, then the to-do: stopped anywhere, the next run finds the rest by the items that are left.
Each step may be repeated, and two runs at once do no harm.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings

from files import storage
from files.models import Attachment, file_key, partition
from todo_project.aws.dynamodb import ConditionFailed, client, translate_errors
from todo_project.aws.items import EVERYTHING, PURGE_INDEX, PURGE_SHARDS, Item, number, string, todo_key
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


def purge(
    *, moment: datetime | None = None, dry_run: bool = False, progress: Callable[[Summary], None] = lambda _: None
) -> Summary:
    """Deletes everything due at `moment` (default: now). One failing item is counted and does not stop the others."""
    run = _Run(int(((moment or now()) - GRACE).timestamp()), dry_run)
    for table, names, step in (
        (settings.TODOS_TABLE, ("userID", "todoID"), run.purge_todo),
        (settings.FILES_TABLE, ("todoKey", "fileID"), run.purge_file),
    ):
        for entry in run.entries(table):
            try:
                step({name: entry[name] for name in names})
            except Exception:  # storage out of reach, or an item this code cannot read: neither may stop the rest
                run.summary.failures += 1
                logger.exception("purge of an item failed; the next run tries again")
            progress(run.summary)
    return run.summary


@dataclass(slots=True)
class _Run:
    """One run, which deletes what is due at `until`, in epoch seconds."""

    until: int
    dry_run: bool
    summary: Summary = field(default_factory=Summary)

    def entries(self, table: str) -> Iterator[Item]:
        """A table's due items, from every shard of the index, at a cost of what is due alone."""
        for shard in range(PURGE_SHARDS):
            yield from _query(
                TableName=table,
                IndexName=PURGE_INDEX,
                KeyConditionExpression=f"purgeShard = :shard AND {_DUE}",
                ExpressionAttributeValues={":shard": number(shard), ":until": number(self.until)},
            )

    def purge_todo(self, key: Item) -> None:
        """A to-do with its attachments, or all of its owner's."""
        if not self._due(settings.TODOS_TABLE, key):
            return
        owner, todo_id = key["userID"]["S"], key["todoID"]["S"]
        if todo_id == EVERYTHING:
            self._purge_todos_of(owner)
            self._delete(settings.TODOS_TABLE, key, if_due=True)  # last: stopped before, the next run finds the rest
            return
        self._purge_files_of(owner, UUID(todo_id))
        if self._delete(settings.TODOS_TABLE, key, if_due=True):
            self.summary.todos += 1

    def purge_file(self, key: Item) -> None:
        """An attachment of a to-do that stays."""
        if not (item := self._due(settings.FILES_TABLE, key)):
            return
        attachment = Attachment.from_item(item)
        if self.dry_run and self._due(settings.TODOS_TABLE, todo_key(attachment.owner, attachment.todo_id)):
            return  # counted with its to-do
        self._delete_objects([attachment])
        if self._delete(settings.FILES_TABLE, key, if_due=True):
            self.summary.files += 1

    def _purge_todos_of(self, owner: str) -> None:
        items = _query(
            TableName=settings.TODOS_TABLE,
            KeyConditionExpression="userID = :owner",
            ExpressionAttributeValues={":owner": string(owner)},
            ProjectionExpression="userID, todoID",
            ConsistentRead=True,
        )
        for key in items:
            if key["todoID"]["S"] != EVERYTHING:
                self._purge_files_of(owner, UUID(key["todoID"]["S"]))
                self._delete(settings.TODOS_TABLE, key)
                self.summary.todos += 1

    def _purge_files_of(self, owner: str, todo_id: UUID) -> None:
        items = _query(
            TableName=settings.FILES_TABLE,
            KeyConditionExpression="todoKey = :todo",
            ExpressionAttributeValues={":todo": string(partition(owner, todo_id))},
            ConsistentRead=True,
        )
        while some := [Attachment.from_item(item) for item in islice(items, storage.DELETE_MAX)]:
            self._delete_objects(some)
            for attachment in some:
                self._delete(settings.FILES_TABLE, file_key(owner, todo_id, attachment.file_id))
                self.summary.files += 1

    def _due(self, table: str, key: Item) -> Item | None:
        """The item, read consistently, if it is due: the index may lag behind the table."""
        with translate_errors():
            item: Any = client().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return item if item and "purgeAfter" in item and int(item["purgeAfter"]["N"]) <= self.until else None

    def _delete_objects(self, attachments: list[Attachment]) -> None:
        if not self.dry_run:
            storage.delete([attachment.object_key for attachment in attachments])

    def _delete(self, table: str, key: Item, *, if_due: bool = False) -> bool:
        """Deletes an item. False where it is not due any more: another run was here first."""
        condition: Any = {"ConditionExpression": _DUE, "ExpressionAttributeValues": {":until": number(self.until)}}
        try:
            if not self.dry_run:
                with translate_errors():
                    client().delete_item(TableName=table, Key=key, **(condition if if_due else {}))
        except ConditionFailed:
            return False
        return True


def _query(**query: Any) -> Iterator[Item]:
    """The items of all pages."""
    with translate_errors():
        for page in client().get_paginator("query").paginate(**query):
            yield from page["Items"]
