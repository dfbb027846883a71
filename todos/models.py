"""A to-do: what it is, how it is stored, and where it stands in the list."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from unicodedata import normalize
from uuid import UUID

from todo_project.shared.dynamodb import Item, number, string
from todo_project.shared.timestamps import latest_first, rfc3339
from todo_project.shared.todo_key import purge_shard, todo_key

TITLE_MAX = 200
DESCRIPTION_MAX = 10_000
NOTES_MAX = 50_000
TRASH_LIFE = timedelta(days=30)

# Sorts after every date, so that to-dos without one come last.
_NO_DATE = "9999-99-99"

# First part of `schedule`: each view of the list is one range of the index.
OPEN, COMPLETED, TRASHED, END = "0", "1", "2", "3"


def folded(text: str) -> str:
    """Text as search compares it: compatibility forms joined, case gone (Unicode TR 15 and 3.13)."""
    return normalize("NFKC", text).casefold()


def in_trash(todo_id: UUID, moment: datetime) -> Item:
    """The attributes of an item that say it was moved to the trash at `moment`: nothing of the to-do is needed to know them."""
    return {
        "schedule": string(_schedule_in_trash(todo_id, moment)),
        "dateTrashed": string(rfc3339(moment)),
        "purgeAfter": number(int((moment + TRASH_LIFE).timestamp())),
        "purgeShard": number(purge_shard(todo_id)),
    }


def _schedule_in_trash(todo_id: UUID, moment: datetime) -> str:
    return f"{TRASHED}#{latest_first(moment)}#{todo_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One to-do of one owner. `version` rises with every change to anything but the attachment count."""

    owner: str
    todo_id: UUID
    title: str
    created: datetime
    modified: datetime
    description: str = ""
    notes: str = ""
    due: date | None = None
    completed: bool = False
    attachments: int = 0
    version: int = 1
    trashed: datetime | None = None
    request_hash: str | None = None

    @property
    def purge_after(self) -> datetime | None:
        """When the sweeper may delete it for good, if it is in the trash."""
        return self.trashed + TRASH_LIFE if self.trashed else None

    @property
    def schedule(self) -> str:
        """The list's order as text: open, completed, trash; then the earliest due, none last; then the newest.

        In the trash: the latest trashed first. The id at the end makes it unique.
        """
        if self.trashed:
            return _schedule_in_trash(self.todo_id, self.trashed)
        state = COMPLETED if self.completed else OPEN
        due = self.due.isoformat() if self.due else _NO_DATE
        return f"{state}#{due}#{latest_first(self.created)}#{self.todo_id}"

    def changed(self, changes: dict[str, Any], moment: datetime) -> Self:
        """A copy with `changes` (attribute names to values) and the next version."""
        return replace(self, **changes, modified=moment, version=self.version + 1)

    def to_item(self) -> Item:
        """The item in DynamoDB's wire format. Absent facts are absent attributes."""
        item: Item = {
            **todo_key(self.owner, self.todo_id),
            "title": string(self.title),
            "titleFolded": string(folded(self.title)),
            "description": string(self.description),
            "notes": string(self.notes),
            "completed": {"BOOL": self.completed},
            "dateCreated": string(rfc3339(self.created)),
            "dateModified": string(rfc3339(self.modified)),
            "attachments": number(self.attachments),
            "version": number(self.version),
            "schedule": string(self.schedule),
        }
        if self.due:
            item["dateDue"] = string(self.due.isoformat())
        if self.request_hash:
            item["requestHash"] = string(self.request_hash)
        if self.trashed:
            item |= in_trash(self.todo_id, self.trashed)
        return item

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
            completed=item["completed"]["BOOL"],
            created=datetime.fromisoformat(item["dateCreated"]["S"]),
            modified=datetime.fromisoformat(item["dateModified"]["S"]),
            attachments=int(item["attachments"]["N"]),
            version=int(item["version"]["N"]),
            trashed=datetime.fromisoformat(item["dateTrashed"]["S"]) if "dateTrashed" in item else None,
            request_hash=item["requestHash"]["S"] if "requestHash" in item else None,
        )
