"""What can be done with to-dos, which are items of the table here. None of these functions knows of HTTP requests.

Whatever is not there for this owner is `NotFound`. `expected` names the versions of which one must be the current one: where none
is, nothing is changed and `StaleVersion` is raised.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from todo_project.api import pagination
from todo_project.api.idempotency import fingerprint, identifier
from todo_project.aws.dynamodb import ConditionFailed
from todo_project.aws.items import Item, string
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict, NotFound, StaleVersion
from todos import repository, sort_key
from todos.models import EVERYTHING_LIFE, TRASH_LIFE, attributes, completed_attributes, new_item, trash_attributes
from todos.repository import Update, Versions

# How often a change starts again when another one came between.
CHANGE_ATTEMPTS = 8
_TOO_MANY_CHANGES: Final = "Too many changes to this to-do at once. Try again."


def create(owner: str, values: dict[str, Any], *, key: str | None) -> Item:
    """Stores a new to-do. A retry with the same Idempotency-Key (`key`) returns what the first one made, as it is now.

    :param values: of todos.models.SETTABLE, `title` at least.
    :raises Conflict: the key was used for other values, or for a to-do that is in the trash.
    """
    request_hash = None if key is None else string(fingerprint(values))
    given = {**attributes(values), "requestHash": request_hash}
    stored = repository.create(new_item(owner, identifier(key, owner, "todo"), given, now()))
    if stored.get("requestHash") != request_hash:
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


def change(owner: str, todo_id: UUID, values: dict[str, Any], *, expected: Versions = None) -> Item:
    """Changes attributes of a to-do that is not in the trash. What changes nothing writes nothing, and leaves the version.

    One call, as DynamoDB adds up the new place in the list. Two where the guess is wrong whether it is completed: a new day is
    for an open to-do, and `completed` for one that is not so yet.

    Completing a to-do that repeats makes the next one, in the same transaction.

    :param values: of todos.models.SETTABLE.
    """
    changes, moment = attributes(values), now()
    completes, was_completed = values.get("completed", False), not values.get("completed", True)
    item: Item | None = None
    if not changes or (completes and values.get("repeats")):  # Of the next one nothing is known yet.
        item = get(owner, todo_id)
    for _ in range(CHANGE_ATTEMPTS):
        try:
            if item is not None:
                _checked(item, expected)
                was_completed = item["completed"]["BOOL"]
                if repository.has_all(item, changes):
                    return item
                if completes and not was_completed and {**item, **changes}.get("repeats"):
                    return repository.complete_repeating(item, changes, moment)
            update = repository.update_of(todo_id, changes, moment, was_completed=was_completed)
            return repository.apply(owner, todo_id, update, expected)
        except ConditionFailed as failure:
            item = _live(failure.item)
    raise Conflict(_TOO_MANY_CHANGES)


def trash(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Moves a to-do to the trash, where it stays 30 days. One call."""
    moment = now()
    try:
        repository.apply(owner, todo_id, Update(moment, trash_attributes(todo_id, moment)), expected)
    except ConditionFailed as failure:
        _live(failure.item)
        raise StaleVersion from failure


def restore(owner: str, todo_id: UUID, *, expected: Versions = None) -> Item:
    """Takes a to-do out of the trash. One that is not in it is returned as it is; one due for purging is gone.

    Read, then written on condition that nothing came between: its place in the list depends on its day.
    """
    for _ in range(CHANGE_ATTEMPTS):
        item, moment = repository.get(owner, todo_id), now()
        if item is None or ("purgeAfter" in item and int(item["purgeAfter"]["N"]) <= moment.timestamp()):
            raise NotFound
        _checked(item, expected)
        if "purgeAfter" not in item:
            return item
        values: Item = dict.fromkeys(("dateTrashed", "purgeAfter", "purgeShard"))
        sums = {"schedule": "place"}
        if "dateCompleted" in item:
            values |= completed_attributes(todo_id, datetime.fromisoformat(item["dateCompleted"]["S"]))
            sums = {}
        update = Update(moment, values, sums, condition="attribute_exists(purgeAfter)")
        with suppress(ConditionFailed):
            return repository.apply(owner, todo_id, update, frozenset({int(item["version"]["N"])}))
    raise Conflict(_TOO_MANY_CHANGES)


def delete(owner: str, todo_id: UUID, *, expected: Versions = None) -> None:
    """Deletes a to-do that is in the trash for good: it is in no list, cannot be restored, and goes with the next purge."""
    moment = now()
    overdue = {**trash_attributes(todo_id, moment - TRASH_LIFE), "schedule": None}
    update = Update(moment, overdue, condition="attribute_exists(purgeAfter) AND attribute_exists(schedule)")
    try:
        repository.apply(owner, todo_id, update, expected)
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
