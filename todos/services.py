"""What can be done with to-dos, which are items of the table here. None of these functions knows of HTTP requests.

Whatever is not there for this owner is `NotFound`. `expected` names the versions of which one must be the current one: where none
is, nothing is changed and `StaleVersion` is raised.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from todo_project.api import pagination
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.aws.dynamodb import ConditionFailed
from todo_project.aws.items import Item, number
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict, NotFound, StaleVersion
from todos import repository, sort_key, updates
from todos.models import EVERYTHING_LIFE, Todo, deleted_attributes, trash_attributes
from todos.updates import Update, Versions

# How often a change starts again when another one came between.
CHANGE_ATTEMPTS = 8
_TOO_MANY_CHANGES: Final = "Too many changes to this to-do at once. Try again."


def create(owner: str, values: dict[str, Any], *, key: str | None) -> Item:
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
    if stored.get("requestHash", {}).get("S") != wanted.request_hash:
        raise Conflict("This Idempotency-Key was used before for a to-do with other content. Use a new key.")
    if "purgeAfter" in stored:
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


def get(owner: str, todo_id: UUID) -> Item:
    """A to-do that is not in the trash."""
    return _live(repository.get(owner, todo_id))


def change(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: Versions = None) -> Item:
    """Changes attributes of a to-do that is not in the trash. What changes nothing writes nothing, and leaves the version.

    One call, as DynamoDB adds up the new place in the list. Two where the guess is wrong whether it is completed: a new day is
    for an open to-do, and `completed` for one that is not so yet.

    Completing a to-do that repeats makes the next one, in the same transaction.

    :param changes: `title`, `description`, `notes`, `due`, `completed`, `starred` or `repeats` of a Todo.
    """
    if not changes:
        return _checked(get(owner, todo_id), expected)
    moment, was_completed = now(), not changes.get("completed", True)
    others = {name: value for name, value in changes.items() if name != "completed"}
    if changes.get("completed") and changes.get("repeats"):  # First it becomes one that repeats.
        repeats = change(owner, todo_id, others, expected=expected)
        return change(owner, todo_id, {"completed": True}, expected=frozenset({int(repeats["version"]["N"])}))
    repeating: Todo | None = None
    for _ in range(CHANGE_ATTEMPTS):
        try:
            if repeating:
                return repository.complete_repeating(repeating, changes, moment)
            update = updates.update_of(todo_id, changes, moment, was_completed=was_completed)
            return updates.apply(owner, todo_id, update, expected)
        except ConditionFailed as failure:
            item = _checked(_live(failure.item), expected)
            stored = Todo.from_item(item)
            changed = replace(stored, **others)
            was_completed = stored.completed
            if changes.get("completed", was_completed) == was_completed and changed == stored:
                return item
            repeating = changed if changes.get("completed") and not was_completed and changed.repeats else None
    raise Conflict(_TOO_MANY_CHANGES)


def trash(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Moves a to-do to the trash, where it stays 30 days. One call."""
    moment = now()
    try:
        updates.apply(owner, todo_id, Update(moment, trash_attributes(todo_id, moment)), expected)
    except ConditionFailed as failure:
        _live(failure.item)
        raise StaleVersion from failure


def restore(owner: str, todo_id: UUID, *, expected: Versions = None) -> Item:
    """Takes a to-do out of the trash. One that is not in it is returned as it is; one due for purging is gone.

    Read, then written on condition that nothing came between: its place in the list depends on its day.
    """
    for _ in range(CHANGE_ATTEMPTS):
        item, moment = repository.get(owner, todo_id), now()
        if item is None:
            raise NotFound
        stored = Todo.from_item(item)
        if stored.purge_after is not None and stored.purge_after <= moment:
            raise NotFound
        _checked(item, expected)
        if not stored.trashed:
            return item
        update = Update(
            moment,
            {"schedule": number(replace(stored, trashed=None).schedule)},
            removed=("dateTrashed", "purgeAfter", "purgeShard"),
            condition="attribute_exists(purgeAfter)",
        )
        with suppress(ConditionFailed):
            return updates.apply(owner, todo_id, update, frozenset({stored.version}))
    raise Conflict(_TOO_MANY_CHANGES)


def delete(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Deletes a to-do that is in the trash for good: it is in no list, cannot be restored, and goes with the next purge."""
    moment = now()
    update = Update(
        moment,
        deleted_attributes(todo_id, moment),
        removed=("schedule",),
        condition="attribute_exists(purgeAfter) AND attribute_exists(schedule)",
    )
    try:
        updates.apply(owner, todo_id, update, expected)
    except ConditionFailed as failure:
        if failure.item is None or not {"purgeAfter", "schedule"} <= failure.item.keys():
            raise NotFound from failure
        raise StaleVersion from failure


def delete_everything(owner: str) -> None:
    """Has the purge delete every to-do and attachment of the owner, once no token that the owner has now is valid."""
    repository.delete_everything(owner, due=now() + EVERYTHING_LIFE)


def _live(item: Item | None) -> Item:
    if item is None or "purgeAfter" in item:
        raise NotFound
    return item


def _checked(item: Item, expected: Versions) -> Item:
    if expected is not None and int(item["version"]["N"]) not in expected:
        raise StaleVersion
    return item
