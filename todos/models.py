"""A to-do: what it is, as an item of the table."""

from datetime import datetime, timedelta
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

from todo_project.aws.items import Item, number, purge_shard, string, todo_key, without_absent
from todo_project.aws.timestamps import rfc3339
from todos.sort_key import COMPLETED, OPEN, TRASHED, day, position

TITLE_MAX = 200
DESCRIPTION_MAX = 10_000
NOTES_MAX = 50_000
TRASH_LIFE = timedelta(days=30)
# Between asking to delete everything and the purge: a token lasts an hour, and so does an upload that its last request reserved.
EVERYTHING_LIFE = timedelta(hours=3)

SETTABLE: Final = ("title", "description", "notes", "dateDue", "completed", "starred", "repeats")
"""The attributes that a caller sets."""


def folded(text: str) -> str:
    """Text as search compares it: compatibility forms joined, case gone (Unicode TR 15 and 3.13)."""
    return normalize("NFKC", text).casefold()


def attributes(values: dict[str, Any]) -> dict[str, Item | None]:
    """Values of SETTABLE as attributes. Those that are null, and `starred` that is false, are absent: None."""
    found: dict[str, Item | None] = {name: None if value is None else string(str(value)) for name, value in values.items()}
    if "completed" in values:
        found["completed"] = {"BOOL": values["completed"]}
    if "starred" in values:
        found["starred"] = {"BOOL": True} if values["starred"] else None
    return found


def new_item(owner: str, todo_id: UUID, given: dict[str, Item | None], moment: datetime) -> Item:
    """The item of a new to-do. `version` rises with every change to anything but the attachment count.

    :param given: attributes, `title` at least.
    """
    created = string(rfc3339(moment))
    undated = position(OPEN, todo_id, moment)
    place = number(undated + day(given.get("dateDue")))
    item: dict[str, Item | None] = {
        **todo_key(owner, todo_id),
        "description": string(""),
        "notes": string(""),
        "completed": {"BOOL": False},
        **given,
        "dateCreated": created,
        "dateModified": created,
        "attachments": number(0),
        "version": number(1),
        "schedule": place,
        "place": place,
        "undated": number(undated),
    }
    if item["completed"] == {"BOOL": True}:
        item |= completed_attributes(todo_id, moment)
    return without_absent(item)


def completed_attributes(todo_id: UUID, completed: datetime) -> Item:
    """The attributes of an item that say it is completed since a moment."""
    return {
        "completed": {"BOOL": True},
        "dateCompleted": string(rfc3339(completed)),
        "schedule": number(position(COMPLETED, todo_id, completed)),
    }


def trash_attributes(todo_id: UUID, trashed: datetime) -> Item:
    """The attributes of an item that say it is in the trash since a moment."""
    return {
        "schedule": number(position(TRASHED, todo_id, trashed)),
        "dateTrashed": string(rfc3339(trashed)),
        "purgeAfter": number(int((trashed + TRASH_LIFE).timestamp())),
        "purgeShard": number(purge_shard(todo_id)),
    }
