"""An attachment: what it is, and how it is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from todo_project.aws.items import Item, number, purge_shard, string, without_absent
from todo_project.aws.timestamps import latest_first, rfc3339

FILE_NAME_MAX_BYTES = 255
CONTENT_TYPE_MAX = 255
SIZE_MAX_THROUGH_SERVICE = 10 * 1024 * 1024
SIZE_MAX_DIRECT = 100 * 1024 * 1024
PER_TODO_MAX = 100
PENDING_LIFE = timedelta(days=1)
UPLOAD_TIME = timedelta(hours=1)  # what a direct upload may take from its start: 100 MB at 0.25 Mbit/s
TRASH_LIFE = timedelta(days=30)

# First part of `listing`: each view of a to-do's files is one range of the index. Pending uploads are in none.
LISTED, TRASHED, END = "1", "2", "3"


def file_key(owner: str, todo_id: UUID, file_id: UUID) -> dict[str, Any]:
    """The primary key of an attachment's item: no key without the owner."""
    return {"todoKey": string(partition(owner, todo_id)), "fileID": string(str(file_id))}


def partition(owner: str, todo_id: UUID) -> str:
    """The partition that holds all attachments of one to-do."""
    return f"{owner}#{todo_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attachment. It is pending until its object is in S3 and `object_version` says which version counts.

    `request_hash` and `content_hash` (SHA-256 in hex) are of requests with an Idempotency-Key; the second one only of files that
    came through the service.
    """

    owner: str
    todo_id: UUID
    file_id: UUID
    file_name: str
    content_type: str
    size: int
    created: datetime
    object_version: str | None = None
    trashed: datetime | None = None
    request_hash: str | None = None
    content_hash: str | None = None

    @property
    def pending(self) -> bool:
        """Reserved, not yet completed."""
        return self.object_version is None

    @property
    def folder(self) -> str:
        """Where it is in the bucket: ids keep keys apart."""
        return f"{self.owner}/{self.todo_id}/{self.file_id}"

    @property
    def object_key(self) -> str:
        """Its key in the bucket. The name is for people who look there."""
        return f"{self.folder}/{self.file_name}"

    @property
    def purge_after(self) -> datetime | None:
        """When the purge may delete it for good: a day after reserving, 30 days after trashing, else never."""
        if self.pending:
            return self.created + PENDING_LIFE
        return self.trashed + TRASH_LIFE if self.trashed else None

    @property
    def upload_until(self) -> datetime:
        """When the last direct upload of a pending one may start, so that it ends before the purge comes."""
        return self.created + PENDING_LIFE - UPLOAD_TIME

    def due(self, moment: datetime) -> bool:
        """Whether the purge may be deleting it at this moment: nothing is done with it any more."""
        return self.purge_after is not None and self.purge_after <= moment

    @property
    def listing(self) -> str | None:
        """Its place among the to-do's files, oldest first; in the trash the latest first; pending: none."""
        if self.pending:
            return None
        if self.trashed:
            return f"{TRASHED}#{latest_first(self.trashed)}#{self.file_id}"
        return f"{LISTED}#{rfc3339(self.created)}#{self.file_id}"

    def to_item(self) -> Item:
        """The item of the table. Absent facts are absent attributes."""
        item: dict[str, Item | None] = {
            **file_key(self.owner, self.todo_id, self.file_id),
            "fileName": string(self.file_name),
            "contentType": string(self.content_type),
            "size": number(self.size),
            "dateCreated": string(rfc3339(self.created)),
            "listing": string(self.listing) if self.listing else None,
            "objectVersion": string(self.object_version) if self.object_version is not None else None,
            "dateTrashed": string(rfc3339(self.trashed)) if self.trashed else None,
            "purgeAfter": number(int(self.purge_after.timestamp())) if self.purge_after else None,
            "purgeShard": number(purge_shard(self.file_id)) if self.purge_after else None,
            "requestHash": string(self.request_hash) if self.request_hash else None,
            "contentHash": string(self.content_hash) if self.content_hash else None,
        }
        return without_absent(item)

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """The attachment in an item of the table."""
        owner, todo_id = item["todoKey"]["S"].rsplit("#", 1)
        return cls(
            owner=owner,
            todo_id=UUID(todo_id),
            file_id=UUID(item["fileID"]["S"]),
            file_name=item["fileName"]["S"],
            content_type=item["contentType"]["S"],
            size=int(item["size"]["N"]),
            created=datetime.fromisoformat(item["dateCreated"]["S"]),
            object_version=item["objectVersion"]["S"] if "objectVersion" in item else None,
            trashed=datetime.fromisoformat(item["dateTrashed"]["S"]) if "dateTrashed" in item else None,
            request_hash=item["requestHash"]["S"] if "requestHash" in item else None,
            content_hash=item["contentHash"]["S"] if "contentHash" in item else None,
        )
