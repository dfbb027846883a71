"""A to-do: what it is, and how it is stored."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from unicodedata import normalize
from uuid import UUID

from todo_project.aws.items import Item, number, string, without_absent
from todo_project.aws.keys import purge_shard, todo_key
from todo_project.aws.timestamps import rfc3339
from todos import sort_key

TITLE_MAX = 200
DESCRIPTION_MAX = 10_000
NOTES_MAX = 50_000
TRASH_LIFE = timedelta(days=30)
# Between asking to delete everything and the purge: a token lasts an hour, and so does an upload that its last request reserved.
EVERYTHING_LIFE = timedelta(hours=3)


def folded(text: str) -> str:
    """Text as search compares it: compatibility forms joined, case gone (Unicode TR 15 and 3.13)."""
    return normalize("NFKC", text).casefold()


def trash_attributes(todo_id: UUID, trashed: datetime) -> Item:
    """The attributes of an item that say it is in the trash since `trashed`. Nothing else of the to-do is needed for them."""
    return {
        "schedule": number(sort_key.position(sort_key.TRASHED, todo_id, trashed)),
        "dateTrashed": string(rfc3339(trashed)),
        "purgeAfter": number(int((trashed + TRASH_LIFE).timestamp())),
        "purgeShard": number(purge_shard(todo_id)),
    }


def deleted_attributes(todo_id: UUID, moment: datetime) -> Item:
    """The attributes of an item of the trash that is deleted for good: due for the purge, and in no list."""
    overdue = trash_attributes(todo_id, moment - TRASH_LIFE)
    del overdue["schedule"]
    return overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One to-do of one owner. `version` rises with every change to anything but the attachment count.

    `repeats` is one of todos.repetition.REPEATS; `next_id` is the to-do that completing this one made.
    """

    owner: str
    todo_id: UUID
    title: str
    created: datetime
    modified: datetime
    description: str = ""
    notes: str = ""
    due: date | None = None
    completed_at: datetime | None = None
    starred: bool = False
    repeats: str | None = None
    next_id: UUID | None = None
    attachments: int = 0
    version: int = 1
    trashed: datetime | None = None
    request_hash: str | None = None

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def purge_after(self) -> datetime | None:
        """When the purge may delete it for good, if it is in the trash."""
        return self.trashed + TRASH_LIFE if self.trashed else None

    @property
    def undated(self) -> int:
        """`place` without the day (todos/sort_key.py)."""
        return sort_key.position(sort_key.OPEN, self.todo_id, self.created)

    @property
    def place(self) -> int:
        """Where it stands in the list while it is open."""
        return self.undated + sort_key.day(self.due)

    @property
    def schedule(self) -> int:
        """Where it stands in the list, or in the trash."""
        if self.trashed:
            return sort_key.position(sort_key.TRASHED, self.todo_id, self.trashed)
        if self.completed_at:
            return sort_key.position(sort_key.COMPLETED, self.todo_id, self.completed_at)
        return self.place

    def to_item(self) -> Item:
        """The item of the table. Absent facts are absent attributes."""
        item: dict[str, Item | None] = {
            **todo_key(self.owner, self.todo_id),
            "title": string(self.title),
            "description": string(self.description),
            "notes": string(self.notes),
            "completed": {"BOOL": self.completed},
            "dateCreated": string(rfc3339(self.created)),
            "dateModified": string(rfc3339(self.modified)),
            "attachments": number(self.attachments),
            "version": number(self.version),
            "schedule": number(self.schedule),
            "place": number(self.place),
            "undated": number(self.undated),
            "dateCompleted": string(rfc3339(self.completed_at)) if self.completed_at else None,
            "dateDue": string(self.due.isoformat()) if self.due else None,
            "starred": {"BOOL": True} if self.starred else None,
            "repeats": string(self.repeats) if self.repeats else None,
            "nextID": string(str(self.next_id)) if self.next_id else None,
            "requestHash": string(self.request_hash) if self.request_hash else None,
            **(trash_attributes(self.todo_id, self.trashed) if self.trashed else {}),
        }
        return without_absent(item)

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """The to-do in an item of the table."""
        return cls(
            owner=item["userID"]["S"],
            todo_id=UUID(item["todoID"]["S"]),
            title=item["title"]["S"],
            description=item["description"]["S"],
            notes=item["notes"]["S"],
            due=date.fromisoformat(item["dateDue"]["S"]) if "dateDue" in item else None,
            completed_at=datetime.fromisoformat(item["dateCompleted"]["S"]) if "dateCompleted" in item else None,
            created=datetime.fromisoformat(item["dateCreated"]["S"]),
            modified=datetime.fromisoformat(item["dateModified"]["S"]),
            starred="starred" in item,
            repeats=item["repeats"]["S"] if "repeats" in item else None,
            next_id=UUID(item["nextID"]["S"]) if "nextID" in item else None,
            attachments=int(item["attachments"]["N"]),
            version=int(item["version"]["N"]),
            trashed=datetime.fromisoformat(item["dateTrashed"]["S"]) if "dateTrashed" in item else None,
            request_hash=item["requestHash"]["S"] if "requestHash" in item else None,
        )
