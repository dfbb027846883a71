"""What touches DynamoDB and S3 together: the life of an attachment from reservation to trash and back.

The order is always such that a stop between two steps leaves a pending row, which the sweeper removes with its object.
"""

from typing import BinaryIO
from uuid import UUID

from files import repository, storage
from files.models import Attachment
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict


def attach(attachment: Attachment, content: BinaryIO) -> Attachment | None:
    """Takes a small file through the service: reserve, store, complete, each one call. None where there is no such to-do.

    A retry (same id) of an upload that had finished returns it; of one that had not, does it again.
    """
    reserved = repository.reserve(attachment)
    if reserved is None or not reserved.pending:
        return reserved
    return _complete(reserved, storage.save(reserved, content))


def complete(owner: str, todo_id: UUID, file_id: UUID) -> Attachment | None:
    """Lists an upload whose object is in S3 as reserved. Completing twice is once. None where there is nothing to complete.

    :raises Conflict: the object is not there, or has another size or type; the reservation stays.
    """
    attachment = _usable(repository.get(owner, todo_id, file_id))
    if attachment is None or attachment.trashed:
        return None
    if not attachment.pending:
        return attachment if repository.todo_is_live(owner, todo_id) else None
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


def _complete(attachment: Attachment, version: str) -> Attachment | None:
    # Another completion of the same file may have come between: then it is listed, and this one succeeded too.
    return repository.complete(attachment, version) or _listed(
        repository.get(attachment.owner, attachment.todo_id, attachment.file_id)
    )


def trash(owner: str, todo_id: UUID, file_id: UUID) -> Attachment | None:
    """Moves a listed attachment to the trash. None where there is no such attachment outside it."""
    attachment = _listed(repository.get(owner, todo_id, file_id))
    return repository.trash(attachment) if attachment else None


def restore(owner: str, todo_id: UUID, file_id: UUID) -> Attachment | None:
    """Takes an attachment out of the trash; one that is not in it is returned as it is. None where there is none."""
    attachment = _usable(repository.get(owner, todo_id, file_id))
    if attachment is None or attachment.pending:
        return None
    if not attachment.trashed:
        return attachment if repository.todo_is_live(owner, todo_id) else None
    # As in `complete`: where another one came between, this one succeeded too.
    return repository.restore(attachment) or _listed(repository.get(owner, todo_id, file_id))


def _usable(attachment: Attachment | None) -> Attachment | None:
    """The attachment, unless the sweeper may be deleting it at this moment."""
    return None if attachment and attachment.due(now()) else attachment


def _listed(attachment: Attachment | None) -> Attachment | None:
    return attachment if attachment and not attachment.pending and not attachment.trashed else None
