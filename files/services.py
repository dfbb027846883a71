"""What can be done with attachments. Views and other callers use these functions; none of them knows of HTTP requests.

Whatever is not there for this owner is `NotFound`: a to-do that does not exist or is in the trash has no attachments.

The order of steps is such that a stop between two of them leaves a pending item, which the purge removes with its object.
"""

import hashlib
from dataclasses import replace
from typing import Any, BinaryIO
from uuid import UUID

from files import repository, storage
from files.models import Attachment
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict, NotFound


def page(owner: str, todo_id: UUID, *, trashed: bool) -> list[Attachment]:
    """A to-do's attachments, oldest first; or those in the trash, latest first."""
    require_todo(owner, todo_id)
    return repository.page(owner, todo_id, trashed=trashed)


def require_todo(owner: str, todo_id: UUID) -> None:
    """Raises `NotFound` unless the owner has this to-do outside the trash."""
    if not repository.todo_is_live(owner, todo_id):
        raise NotFound


def reserve(owner: str, todo_id: UUID, described: dict[str, Any], *, key: str | None) -> Attachment:
    """Reserves a direct upload. A retry with the same Idempotency-Key (`key`) returns what the first one reserved, as it is now.

    :param described: `file_name`, `content_type` and `size` in bytes.
    :raises Conflict: the to-do is full, or the key was used for another file, or cannot be used any more.
    """
    return _reserve(_wanted(owner, todo_id, described, key))


def attach(owner: str, todo_id: UUID, content: BinaryIO, described: dict[str, Any], *, key: str | None) -> Attachment:
    """Takes a small file through the service: reserve, store, complete, each one call.

    A retry (same `key`) of an upload that had finished returns it; of one that had not, does it again.

    :raises Conflict: as `reserve`, and where the key was used for a file with other content.
    """
    wanted = _wanted(owner, todo_id, described, key)
    if key is not None:
        wanted = replace(wanted, content_hash=hashlib.file_digest(content, "sha256").hexdigest())  # type: ignore[arg-type]
        content.seek(0)
    reserved = _reserve(wanted)
    if not reserved.pending:
        return reserved
    return _complete(replace(reserved, content_hash=wanted.content_hash), storage.save(reserved, content))


def complete(owner: str, todo_id: UUID, file_id: UUID) -> Attachment:
    """Lists an upload whose object is in S3 as reserved. Completing twice is once.

    :raises Conflict: the object is not there, or has another size or type; the reservation stays. Or the to-do is full.
    """
    attachment = _usable(repository.get(owner, todo_id, file_id))
    if attachment.trashed:
        raise NotFound
    if not attachment.pending:
        require_todo(owner, todo_id)
        return attachment
    found = storage.stored(attachment)
    if found is None:
        raise Conflict("The file has not arrived in storage. Upload it with the form you were given, then complete it.")
    version, size, content_type = found
    if (size, content_type) != (attachment.size, attachment.content_type):
        raise Conflict(
            f"The uploaded file has {size} bytes of {content_type or 'unknown type'}, "
            f"but {attachment.size} bytes of {attachment.content_type} were reserved."
        )
    return _complete(attachment, version)


def trash(owner: str, todo_id: UUID, file_id: UUID) -> None:
    """Moves a listed attachment to the trash, where it stays 30 days."""
    attachment = _listed(repository.get(owner, todo_id, file_id))
    if repository.move(replace(attachment, trashed=now()), was=attachment, count=-1) is None:
        raise NotFound


def restore(owner: str, todo_id: UUID, file_id: UUID) -> Attachment:
    """Takes an attachment out of the trash; one that is not in it is returned as it is.

    :raises Conflict: the to-do is full.
    """
    attachment = _usable(repository.get(owner, todo_id, file_id))
    if attachment.pending:
        raise NotFound
    if not attachment.trashed:
        require_todo(owner, todo_id)
        return attachment
    # As in `_complete`: where another one came between, this one succeeded too.
    restored = repository.move(replace(attachment, trashed=None), was=attachment, count=1)
    return restored or _listed(repository.get(owner, todo_id, file_id))


def _wanted(owner: str, todo_id: UUID, described: dict[str, Any], key: str | None) -> Attachment:
    file_id = identifier(key, owner, "file", str(todo_id))
    request_hash = None if key is None else fingerprint(described)
    return Attachment(owner=owner, todo_id=todo_id, file_id=file_id, created=now(), request_hash=request_hash, **described)


def _reserve(wanted: Attachment) -> Attachment:
    stored = repository.reserve(wanted)
    if stored is None:
        raise NotFound
    other_content = stored.content_hash and wanted.content_hash and stored.content_hash != wanted.content_hash
    if stored.request_hash != wanted.request_hash or other_content:
        raise Conflict("This Idempotency-Key was used before for another file. Use a new key.")
    if stored.trashed:
        raise Conflict("This Idempotency-Key made an attachment that is in the trash. Restore it, or use a new key.")
    if stored.pending and stored.upload_until <= now():
        # Its object might come after the purge, and nothing would ever find it again.
        raise Conflict("This Idempotency-Key reserved an upload that was not completed within a day. Use a new key.")
    return stored


def _complete(attachment: Attachment, version: str) -> Attachment:
    # Another completion of the same file may have come between: then it is listed, and this one succeeded too.
    completed = repository.move(replace(attachment, object_version=version), was=attachment, count=1)
    return completed or _listed(repository.get(attachment.owner, attachment.todo_id, attachment.file_id))


def _usable(attachment: Attachment | None) -> Attachment:
    """The attachment, unless the purge may be deleting it at this moment."""
    if attachment is None or attachment.due(now()):
        raise NotFound
    return attachment


def _listed(attachment: Attachment | None) -> Attachment:
    if attachment is None or attachment.pending or attachment.trashed:
        raise NotFound
    return attachment
