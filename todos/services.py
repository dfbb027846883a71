"""What can be done with to-dos. Views and other callers use these functions; none of them knows of HTTP requests.

Whatever is not there for this owner is `NotFound`. `expected` names the versions of which one must be the current one: where none
is, nothing is changed and `StaleVersion` is raised.
"""

from typing import Any
from uuid import UUID

from todo_project.api import pagination
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.aws.items import Item
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict, NotFound
from todos import repository, sort_key
from todos.models import Todo
from todos.updates import Versions


def create(owner: str, values: dict[str, Any], *, key: str | None) -> Todo:
    """Stores a new to-do. A retry with the same Idempotency-Key (`key`) returns what the first one made, as it is now.

    :param values: what can be changed of a Todo, `title` at least.
    :raises Conflict: the key was used for other values, or for a to-do that is in the trash.
    """
    moment = now()
    wanted = Todo(
        owner=owner,
        todo_id=identifier(key, owner, "todo"),
        created=moment,
        modified=moment,
        completed_at=moment if values.get("completed") else None,
        request_hash=None if key is None else fingerprint(values),
        **{name: value for name, value in values.items() if name != "completed"},
    )
    stored = repository.create(wanted)
    if stored.request_hash != wanted.request_hash:
        raise Conflict("This Idempotency-Key was used before for a to-do with other content. Use a new key.")
    if stored.trashed:
        raise Conflict("This Idempotency-Key made a to-do that is in the trash. Restore it, or use a new key.")
    return stored


def page(
    owner: str, *, completed: bool | None, trashed: bool, search: str, limit: int, cursor: str | None
) -> tuple[list[Item], str | None]:
    """A page of the list or of the trash: up to `limit` items of the table, and the cursor of the next page, None at the end.

    A search may return fewer, or none, and still have a next page.
    """
    query = {"completed": completed, "trashed": trashed, "search": search}
    after = None if cursor is None else pagination.decode(owner, query, cursor)
    items, position = repository.page(
        owner, sort_key.bounds(completed=completed, trashed=trashed), search=search, after=after, limit=limit
    )
    return items, None if position is None else pagination.encode(owner, query, position)


def get(owner: str, todo_id: UUID) -> Todo:
    """A to-do that is not in the trash."""
    return _found(repository.get(owner, todo_id))


def change(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: Versions = None) -> Todo:
    """Changes attributes of a to-do that is not in the trash. What changes nothing leaves the version."""
    return _found(repository.change(owner, todo_id, changes, expected=expected))


def trash(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Moves a to-do to the trash, where it stays 30 days."""
    _found(repository.trash(owner, todo_id, expected=expected))


def restore(owner: str, todo_id: UUID, *, expected: Versions = None) -> Todo:
    """Takes a to-do out of the trash; one that is not in it is returned as it is."""
    return _found(repository.restore(owner, todo_id, expected=expected))


def delete(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Deletes a to-do that is in the trash for good: it is in no list, cannot be restored, and goes with the next purge."""
    _found(repository.delete(owner, todo_id, expected=expected))


def delete_everything(owner: str) -> None:
    """Has the purge delete every to-do and attachment of the owner, once no token that the owner has now is valid."""
    repository.delete_everything(owner)


def _found(todo: Todo | None) -> Todo:
    if todo is None:
        raise NotFound
    return todo
