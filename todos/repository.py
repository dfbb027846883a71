"""To-dos in DynamoDB. Every function takes the owner first: an access without an owner cannot be written.

What is not there is None. `expected` names the versions of which one must be the current one: where none is, nothing is changed
and `StaleVersion` is raised.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings

from todo_project.aws.dynamodb import ConditionFailed, TransactionFailed, client, transact, translate_errors
from todo_project.aws.items import Item, number, string
from todo_project.aws.keys import everything_key, todo_key
from todo_project.aws.timestamps import now
from todo_project.errors import Conflict, StaleVersion
from todos.models import EVERYTHING_LIFE, Todo, deleted_attributes, folded, trash_attributes
from todos.repetition import following
from todos.updates import Update, Versions, apply, request_of, update_of

SCHEDULE_INDEX = "bySchedule"

# Items that one search request reads at most: it returns a `next` sooner than it makes people wait.
SEARCH_BUDGET = 1000
_SEARCH_READ = 250

# How often a change starts again when another one came between.
CHANGE_ATTEMPTS = 8
_TOO_MANY_CHANGES: Final = "Too many changes to this to-do at once. Try again."


def check_ready() -> None:
    """Readiness: one read of the table, of a key nobody owns."""
    with translate_errors():
        client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key("readiness", UUID(int=0)))


def create(todo: Todo) -> Todo:
    """Stores a new to-do and returns it; where its id is taken (a retry), returns what is stored."""
    try:
        with translate_errors():
            client().put_item(
                TableName=settings.TODOS_TABLE,
                Item=todo.to_item(),
                ConditionExpression="attribute_not_exists(todoID)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ConditionFailed as failure:
        if failure.item is None:  # DynamoDB was asked for it in this very call
            raise RuntimeError("DynamoDB did not return the item that failed the condition") from failure
        return Todo.from_item(failure.item)
    return todo


def get(owner: str, todo_id: UUID) -> Todo | None:
    """A to-do outside the trash."""
    todo = _read(owner, todo_id)
    return todo if todo and not todo.trashed else None


def page(owner: str, bounds: tuple[int, int], *, search: str, after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """The next `limit` items of a range of sort keys, read consistently, and the position after the last; None at the end.

    Without a search this is one Query of `limit` + 1 items; DynamoDB ends it early at 1 MB, then the page is shorter.
    A search reads SEARCH_BUDGET items at most, and may return an empty page with a position to go on from.
    """
    found: list[Item] = []
    word = folded(search)
    budget = SEARCH_BUDGET if search else limit + 1
    while True:
        items, last = _query(owner, bounds, after=after, read=min(budget, _SEARCH_READ) if search else budget)
        found += [item for item in items if _has(item, word)] if search else items
        if len(found) > limit:
            return found[:limit], _position(found[limit - 1])
        if last is None:
            return found, None
        after = last
        budget -= _SEARCH_READ
        if not search or budget <= 0:
            return found, after


def change(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: Versions) -> Todo | None:
    """Changes attributes of a to-do outside the trash. What changes nothing writes nothing.

    One call, as DynamoDB adds up the new place in the list. Two where the guess is wrong whether it is completed: a new day is
    for an open to-do, and `completed` for one that is not so yet.

    Completing a to-do that repeats makes the next one, in the same transaction.

    :param changes: `title`, `description`, `notes`, `due`, `completed`, `starred` or `repeats` of a Todo.
    """
    if not changes:
        stored = get(owner, todo_id)
        return _checked(stored, expected) if stored else None
    moment, was_completed = now(), not changes.get("completed", True)
    others = {name: value for name, value in changes.items() if name != "completed"}
    if changes.get("completed") and changes.get("repeats"):
        changed = change(owner, todo_id, others, expected=expected)  # Then it is one that repeats.
        return changed and change(owner, todo_id, {"completed": True}, expected=frozenset({changed.version}))
    repeating: Todo | None = None
    for _ in range(CHANGE_ATTEMPTS):
        try:
            if repeating:
                return _complete_repeating(replace(repeating, **others), changes, moment)
            return apply(owner, todo_id, update_of(todo_id, changes, moment, was_completed=was_completed), expected)
        except ConditionFailed as failure:
            if failure.item is None or "purgeAfter" in failure.item:
                return None
            stored = _checked(Todo.from_item(failure.item), expected)
            was_completed = stored.completed
            if changes.get("completed", was_completed) == was_completed and replace(stored, **others) == stored:
                return stored
            repeating = stored if changes.get("completed") and not was_completed and replace(stored, **others).repeats else None
    raise Conflict(_TOO_MANY_CHANGES)


def _complete_repeating(todo: Todo, changes: dict[str, Any], moment: datetime) -> Todo:
    """Completes a to-do that repeats, and stores the next one, which repeats in its place: both or neither, so exactly once.

    :param todo: as stored, with all of `changes` but `completed`.
    :raises ConditionFailed: it was changed meanwhile.
    """
    today = moment.date()
    successor = replace(
        todo,
        todo_id=uuid4(),
        created=moment,
        modified=moment,
        due=following(str(todo.repeats), todo.due or today, today),
        attachments=0,
        version=1,
        request_hash=None,
        next_id=None,
    )
    update = update_of(todo.todo_id, {**changes, "repeats": None}, moment, was_completed=False)
    update.values["nextID"] = string(str(successor.todo_id))
    request = request_of(todo.owner, todo.todo_id, update, frozenset({todo.version}))
    condition = "attribute_not_exists(todoID)"
    put = {"TableName": settings.TODOS_TABLE, "Item": successor.to_item(), "ConditionExpression": condition}
    try:
        transact([{"Update": request}, {"Put": put}])
    except TransactionFailed as failure:
        raise ConditionFailed(failure.items[0]) from failure
    version = todo.version + 1
    return replace(todo, completed_at=moment, modified=moment, version=version, repeats=None, next_id=successor.todo_id)


def trash(owner: str, todo_id: UUID, *, expected: Versions) -> Todo | None:
    """Moves a to-do to the trash, in one call."""
    moment = now()
    try:
        return apply(owner, todo_id, Update(moment, trash_attributes(todo_id, moment)), expected)
    except ConditionFailed as failure:
        if failure.item is None or "purgeAfter" in failure.item:
            return None
        raise StaleVersion from failure


def restore(owner: str, todo_id: UUID, *, expected: Versions) -> Todo | None:
    """Takes a to-do out of the trash. One that is not in it is returned as it is; one due for purging is gone.

    Read, then written on condition that nothing came between: its place in the list depends on its day.
    """
    for _ in range(CHANGE_ATTEMPTS):
        stored, moment = _read(owner, todo_id), now()
        if stored is None or (stored.purge_after is not None and stored.purge_after <= moment):
            return None
        if not _checked(stored, expected).trashed:
            return stored
        update = Update(
            moment,
            {"schedule": number(replace(stored, trashed=None).schedule)},
            removed=("dateTrashed", "purgeAfter", "purgeShard"),
            condition="attribute_exists(purgeAfter)",
        )
        with suppress(ConditionFailed):
            return apply(owner, todo_id, update, frozenset({stored.version}))
    raise Conflict(_TOO_MANY_CHANGES)


def delete(owner: str, todo_id: UUID, *, expected: Versions) -> Todo | None:
    """Makes a to-do in the trash due for the purge, and takes it out of the list of the trash, in one call."""
    moment = now()
    update = Update(
        moment,
        deleted_attributes(todo_id, moment),
        removed=("schedule",),
        condition="attribute_exists(purgeAfter) AND attribute_exists(schedule)",
    )
    try:
        return apply(owner, todo_id, update, expected)
    except ConditionFailed as failure:
        if failure.item is None or not {"purgeAfter", "schedule"} <= failure.item.keys():
            return None
        raise StaleVersion from failure


def delete_everything(owner: str) -> None:
    """Makes all to-dos of the owner due for the purge in EVERYTHING_LIFE. The cost does not depend on how many there are."""
    due = int((now() + EVERYTHING_LIFE).timestamp())
    with translate_errors():
        client().put_item(
            TableName=settings.TODOS_TABLE,
            # Few people leave at once: one of the index's partitions is enough.
            Item={**everything_key(owner), "purgeAfter": number(due), "purgeShard": number(0)},
        )


def _read(owner: str, todo_id: UUID) -> Todo | None:
    with translate_errors():
        response = client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(owner, todo_id), ConsistentRead=True)
    return Todo.from_item(response["Item"]) if "Item" in response else None


def _checked(stored: Todo, expected: Versions) -> Todo:
    if expected is not None and stored.version not in expected:
        raise StaleVersion
    return stored


def _has(item: Item, word: str) -> bool:
    """Whether a text of an item has a folded word."""
    return any(word in folded(item[name]["S"]) for name in ("title", "description", "notes"))


def _query(owner: str, bounds: tuple[int, int], *, after: str | None, read: int) -> tuple[list[Item], str | None]:
    """One Query of the index that reads `read` items at most: the items, and the position it stopped at."""
    start, end = bounds
    values: dict[str, Any] = {":owner": string(owner), ":start": number(start), ":end": number(end - 1)}
    request: dict[str, Any] = {}
    if after is not None:
        schedule, todo_id = after.split("#")
        request["ExclusiveStartKey"] = {**todo_key(owner, UUID(todo_id)), "schedule": number(int(schedule))}
    with translate_errors():
        response = client().query(
            TableName=settings.TODOS_TABLE,
            IndexName=SCHEDULE_INDEX,
            KeyConditionExpression="userID = :owner AND schedule BETWEEN :start AND :end",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            Limit=read,
            **request,
        )
    last = response.get("LastEvaluatedKey")
    return response["Items"], _position(last) if last else None


def _position(item: Item) -> str:
    """Where an item stands in the list, as a cursor keeps it."""
    return f"{item['schedule']['N']}#{item['todoID']['S']}"
