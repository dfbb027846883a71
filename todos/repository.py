"""To-dos in DynamoDB. Every function takes the owner first: an access without an owner cannot be written."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from todo_project.shared.dynamodb import ConditionFailed, Item, client, errors_translated, number, string
from todo_project.shared.problems import Conflict, StaleVersion
from todo_project.shared.timestamps import now, rfc3339
from todo_project.shared.todo_key import LIVE, todo_key
from todos.models import COMPLETED, END, OPEN, TRASHED, Todo, folded, in_trash

SCHEDULE_INDEX = "bySchedule"

# Items one search request reads at most: it answers with a `next` and not with a long wait.
SEARCH_BUDGET = 1000
_SEARCH_READ = 250

# Attributes of a Todo on which its place in the list depends.
_PLACING = frozenset({"due", "completed"})

# How often a change without If-Match starts again when another one came between its read and its write.
CHANGE_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which to-dos a list shows. `completed` None shows open ones first, then completed ones."""

    completed: bool | None = None
    trashed: bool = False
    search: str = ""

    @property
    def bounds(self) -> tuple[str, str]:
        """The range of `schedule` that holds exactly this view: from, to (excluded)."""
        if self.trashed:
            return TRASHED, END
        if self.completed is None:
            return OPEN, TRASHED
        return (COMPLETED, TRASHED) if self.completed else (OPEN, COMPLETED)


@dataclass(frozen=True, slots=True)
class Page:
    """Some to-dos in order, as items of the table, and the position after which the rest begins, None at the end."""

    items: list[Item]
    position: str | None


def reach() -> None:
    """Readiness: one read of the table, of a key nobody owns."""
    with errors_translated():
        client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key("readiness", UUID(int=0)))


def create(todo: Todo) -> Todo:
    """Stores a new to-do and returns it; where its id is taken (a retry), returns what is stored.

    :raises Conflict: the id is taken by a to-do made from other input.
    """
    try:
        with errors_translated():
            client().put_item(
                TableName=settings.TODOS_TABLE,
                Item=todo.to_item(),
                ConditionExpression="attribute_not_exists(todoID)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ConditionFailed as failure:
        stored = Todo.from_item(_present(failure.item))
        if stored.request_hash != todo.request_hash:
            raise Conflict("This Idempotency-Key was used before for a to-do with other content. Use a new key.") from failure
        return stored
    return todo


def get(owner: str, todo_id: UUID) -> Todo | None:
    """The owner's to-do, None where there is none or it is in the trash."""
    todo = _read(owner, todo_id)
    return todo if todo and not todo.trashed else None


def page(owner: str, view: View, *, after: str | None, limit: int) -> Page:
    """The next `limit` to-dos of a view, in the list's order, read consistently from the index.

    Without a search this is one Query of `limit` + 1 items; DynamoDB ends it early at 1 MB, then the page is shorter.
    A search reads SEARCH_BUDGET items at most, and may return an empty page with a position to go on from.
    """
    found: list[Item] = []
    budget = SEARCH_BUDGET if view.search else limit + 1
    while True:
        items, last = _query(owner, view, after=after, read=min(budget, _SEARCH_READ) if view.search else budget)
        found += items
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1]["schedule"]["S"])
        if last is None:
            return Page(found, None)
        after = last
        budget -= _SEARCH_READ
        if not view.search or budget <= 0:
            return Page(found, after)


def change(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: int | None) -> Todo | None:
    """Changes attributes of a to-do that is not in the trash; None where there is no such to-do.

    `expected` is the version that must be the current one; None takes whichever is.

    One call, unless the to-do may move in the list: its new place depends on what is stored, which is read first.

    :raises StaleVersion: it is another one; nothing was changed.
    """
    if changes.keys() & _PLACING:
        return _revise(owner, todo_id, changes, expected=expected, trashed=False)
    texts = {name: string(text) for name, text in changes.items()}
    if "title" in changes:
        texts["titleFolded"] = string(folded(changes["title"]))
    return _set(owner, todo_id, texts, expected=expected, moment=now())


def trash(owner: str, todo_id: UUID, *, expected: int | None) -> Todo | None:
    """Moves a to-do to the trash, in one call; None where there is no such to-do outside it."""
    moment = now()
    return _set(owner, todo_id, in_trash(todo_id, moment), expected=expected, moment=moment)


def restore(owner: str, todo_id: UUID, *, expected: int | None) -> Todo | None:
    """Takes a to-do out of the trash. One that is not in it is returned as it is; one due for purging is gone: None."""
    todo = _read(owner, todo_id)
    if todo and not todo.trashed:
        return todo
    return _revise(owner, todo_id, {"trashed": None}, expected=expected, trashed=True)


def _set(owner: str, todo_id: UUID, values: Item, *, expected: int | None, moment: datetime) -> Todo | None:
    """Sets attributes of a to-do outside the trash, with the next version, in one conditional write that reads nothing first."""
    values = {**values, "dateModified": string(rfc3339(moment))}
    condition = LIVE if expected is None else f"{LIVE} AND version = :expected"
    named = {":expected": number(expected)} if expected is not None else {}
    try:
        with errors_translated():
            answer = client().update_item(
                TableName=settings.TODOS_TABLE,
                Key=todo_key(owner, todo_id),
                UpdateExpression=", ".join(["SET version = version + :one", *(f"#{name} = :{name}" for name in values)]),
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in values},
                ExpressionAttributeValues={":one": number(1), **named, **{f":{name}": value for name, value in values.items()}},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ConditionFailed as failure:
        if failure.item is None:
            return None
        if values.items() <= failure.item.items():
            # An answer may be lost on its way: then boto3 sent the write again and met the first one, moment and all.
            return Todo.from_item(failure.item)
        if "purgeAfter" in failure.item:
            return None
        raise StaleVersion from failure
    return Todo.from_item(answer["Attributes"])


def _revise(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: int | None, trashed: bool) -> Todo | None:
    """Read, change, write on condition that nothing came between; repeated unless the caller named a version."""
    for _ in range(CHANGE_ATTEMPTS):
        stored = _read(owner, todo_id)
        moment = now()
        if stored is None or bool(stored.trashed) != trashed or _is_due(stored, moment):
            return None
        if expected is not None and stored.version != expected:
            raise StaleVersion
        revised = stored.changed(changes, moment)
        try:
            return _write(stored, revised)
        except ConditionFailed as failure:
            # An answer may be lost on its way: then boto3 sent the write again and met the first one.
            if failure.item and (found := Todo.from_item(failure.item)) == replace(revised, attachments=found.attachments):
                return found
    if expected is not None:
        raise StaleVersion
    raise Conflict("Too many changes to this to-do at once. Try again.")


def _is_due(todo: Todo, moment: datetime) -> bool:
    return todo.purge_after is not None and todo.purge_after <= moment


def _write(stored: Todo, revised: Todo) -> Todo:
    """Writes the attributes that differ, on condition that the stored version is still the one that was read.

    The rest is left alone: the service "files" raises and lowers the attachment count at any time.
    """
    before, after = stored.to_item(), revised.to_item()
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    removed = [name for name in before if name not in after]
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    if removed:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
    state = "attribute_exists(purgeAfter)" if stored.trashed else LIVE
    with errors_translated():
        answer = client().update_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(stored.owner, stored.todo_id),
            UpdateExpression=expression,
            ConditionExpression=f"{state} AND version = :read",
            ExpressionAttributeNames={f"#{name}": name for name in [*changed, *removed]},
            ExpressionAttributeValues={
                **{f":{name}": value for name, value in changed.items()},
                ":read": number(stored.version),
            },
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    return Todo.from_item(answer["Attributes"])


def _read(owner: str, todo_id: UUID) -> Todo | None:
    with errors_translated():
        answer = client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(owner, todo_id), ConsistentRead=True)
    return Todo.from_item(answer["Item"]) if "Item" in answer else None


def _query(owner: str, view: View, *, after: str | None, read: int) -> tuple[list[Item], str | None]:
    """One Query of the index that reads `read` items at most: the items, and the position it stopped at."""
    start, end = view.bounds
    values: dict[str, Any] = {":owner": string(owner), ":start": string(start), ":end": string(end)}
    request: dict[str, Any] = {}
    if after is not None:
        request["ExclusiveStartKey"] = {**todo_key(owner, UUID(after.rsplit("#", 1)[1])), "schedule": string(after)}
    if view.search:
        request["FilterExpression"] = "contains(titleFolded, :word)"
        values[":word"] = string(folded(view.search))
    with errors_translated():
        answer = client().query(
            TableName=settings.TODOS_TABLE,
            IndexName=SCHEDULE_INDEX,
            KeyConditionExpression="userID = :owner AND schedule BETWEEN :start AND :end",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            Limit=read,
            **request,
        )
    last = answer.get("LastEvaluatedKey")
    return answer["Items"], last["schedule"]["S"] if last else None


def _present(item: Item | None) -> Item:
    if item is None:  # DynamoDB was asked for it in this very call
        raise RuntimeError("DynamoDB did not return the item that failed the condition")
    return item
