"""A to-do: what it is, how it is stored, and where it stands in the list."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Self
from unicodedata import normalize
from uuid import UUID

from todo_project.aws.dynamodb import Item, number, string
from todo_project.aws.keys import purge_shard, todo_key
from todo_project.aws.timestamps import latest_first, rfc3339

TITLE_MAX = 200
DESCRIPTION_MAX = 10_000
NOTES_MAX = 50_000
TRASH_LIFE = timedelta(days=30)

# `schedule` is one number that sorts as the list does, and DynamoDB can add to it: 28 digits, of 38 that its numbers have.
#
#   state 0 to 2 | day due, 20261224, none 99999999 | moment in milliseconds, counted down | 6 digits of the id
#
# `undated` is the same without the day: a to-do gets another day by one addition, and nothing has to be read before.
_MOMENT, _DAY = 10**6, 10**19
STATE: Final = 10**27
OPEN, COMPLETED, TRASHED, END = 0, STATE, 2 * STATE, 3 * STATE
"""Where each view of the list begins: each is one range of the index."""
_NO_DAY: Final = 99999999


def folded(text: str) -> str:
    """Text as search compares it: compatibility forms joined, case gone (Unicode TR 15 and 3.13)."""
    return normalize("NFKC", text).casefold()


def in_trash(todo_id: UUID, moment: datetime) -> Item:
    """The attributes of an item that say it was moved to the trash at `moment`: nothing of the to-do is needed to know them."""
    return {
        "schedule": number(_placed(TRASHED, todo_id, moment)),
        "dateTrashed": string(rfc3339(moment)),
        "purgeAfter": number(int((moment + TRASH_LIFE).timestamp())),
        "purgeShard": number(purge_shard(todo_id)),
    }


def day_part(due: date | None) -> int:
    """What a day adds to `undated`, to make `schedule`."""
    return (int(f"{due:%Y%m%d}") if due else _NO_DAY) * _DAY


def _placed(state: int, todo_id: UUID, moment: datetime) -> int:
    return state + int(latest_first(moment)) * _MOMENT + todo_id.int % _MOMENT


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
    def undated(self) -> int:
        """`schedule` without the day."""
        return _placed(COMPLETED if self.completed else OPEN, self.todo_id, self.created)

    @property
    def schedule(self) -> int:
        """The list's order as a number: open, completed, trash; then the earliest due, none last; then the newest.

        In the trash: the latest trashed first.
        """
        return _placed(TRASHED, self.todo_id, self.trashed) if self.trashed else self.undated + day_part(self.due)

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
            "schedule": number(self.schedule),
            "undated": number(self.undated),
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
