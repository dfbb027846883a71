"""To-dos in DynamoDB. Every function takes the owner first: an access without an owner cannot be written."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from todo_project.aws.dynamodb import ConditionFailed, Item, client, number, string, translate_errors
from todo_project.aws.keys import LIVE, todo_key
from todo_project.aws.timestamps import now, rfc3339
from todo_project.errors import Conflict, StaleVersion
from todos.models import COMPLETED, END, OPEN, STATE, TRASHED, Todo, day_part, folded, in_trash

SCHEDULE_INDEX = "bySchedule"

# Items one search request reads at most: it answers with a `next` and not with a long wait.
SEARCH_BUDGET = 1000
_SEARCH_READ = 250

# How often a change starts again when another one came between.
CHANGE_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which to-dos a list shows. `completed` None shows open ones first, then completed ones."""

    completed: bool | None = None
    trashed: bool = False
    search: str = ""

    @property
    def bounds(self) -> tuple[int, int]:
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


def check_ready() -> None:
    """Readiness: one read of the table, of a key nobody owns."""
    with translate_errors():
        client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key("readiness", UUID(int=0)))


def create(todo: Todo) -> Todo:
    """Stores a new to-do and returns it; where its id is taken (a retry), returns what is stored.

    :raises Conflict: the id is taken by a to-do made from other input.
    """
    try:
        with translate_errors():
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
            return Page(found[:limit], _position(found[limit - 1]))
        if last is None:
            return Page(found, None)
        after = last
        budget -= _SEARCH_READ
        if not view.search or budget <= 0:
            return Page(found, after)


def change(owner: str, todo_id: UUID, changes: dict[str, Any], *, expected: int | None) -> Todo | None:
    """Changes attributes of a to-do that is not in the trash; None where there is no such to-do.

    `expected` is the version that must be the current one; None takes whichever is.

    One call: DynamoDB adds up the new place in the list. Only completing what is completed (or opening what is open) takes two.

    :raises StaleVersion: it is another one; nothing was changed.
    """
    update = _Update({name: string(changes[name]) for name in ("title", "description", "notes") if name in changes})
    if "title" in changes:
        update.values["titleFolded"] = string(folded(changes["title"]))
    if "due" in changes:
        update.date(changes["due"])
    if "completed" not in changes:
        return _set(owner, todo_id, update, expected=expected)
    for attempt in range(CHANGE_ATTEMPTS):
        try:
            return _set(owner, todo_id, update.completing(changes["completed"], moves=attempt % 2 == 0), expected=expected)
        except _OtherState:
            continue
    raise Conflict("Too many changes to this to-do at once. Try again.")


def trash(owner: str, todo_id: UUID, *, expected: int | None) -> Todo | None:
    """Moves a to-do to the trash, in one call; None where there is no such to-do outside it."""
    moment = now()
    return _set(owner, todo_id, _Update(in_trash(todo_id, moment), moment=moment), expected=expected)


def restore(owner: str, todo_id: UUID, *, expected: int | None) -> Todo | None:
    """Takes a to-do out of the trash. One that is not in it is returned as it is; one due for purging is gone: None.

    Read, then written on condition that nothing came between: where it comes to stand depends on its day.

    :raises StaleVersion: `expected` is not its version.
    """
    for _ in range(CHANGE_ATTEMPTS):
        stored, moment = _read(owner, todo_id), now()
        if stored is None or (stored.purge_after is not None and stored.purge_after <= moment):
            return None
        if not stored.trashed:
            return stored
        if expected is not None and stored.version != expected:
            raise StaleVersion
        with suppress(ConditionFailed):
            return _write(stored, stored.changed({"trashed": None}, moment))
    raise Conflict("Too many changes to this to-do at once. Try again.")


class _OtherState(Exception):
    """The to-do is not as completed as the update presumed."""


@dataclass(kw_only=True)
class _Update:
    """What one UpdateItem sets (`values`), adds up (`sums`, from `numbers`), removes, and presumes of `completed`."""

    values: Item = field(kw_only=False)
    moment: datetime = field(default_factory=now)
    sums: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    presumed: bool | None = None

    def __post_init__(self) -> None:
        self.values["dateModified"] = string(rfc3339(self.moment))

    def date(self, due: date | None) -> None:
        """Another day, or none: another place in the list."""
        if due:
            self.values["dateDue"] = string(due.isoformat())
        else:
            self.removed = ("dateDue",)
        self.sums["schedule"] = "undated + :day"
        self.numbers[":day"] = day_part(due)

    def completing(self, completed: bool, *, moves: bool) -> "_Update":
        """The same with another state: one that it does not have yet (it moves), or one that it has already."""
        if not moves:
            return replace(self, presumed=completed)
        step = STATE if completed else -STATE
        if "schedule" in self.sums:
            sums, numbers = self.sums, {":day": self.numbers[":day"] + step}
        else:
            sums, numbers = {"schedule": "schedule + :step"}, {}
        return replace(
            self,
            values={**self.values, "completed": {"BOOL": completed}},
            sums={**sums, "undated": "undated + :step"},
            numbers={**numbers, ":step": step},
            presumed=not completed,
        )

    def is_done(self, item: Item) -> bool:
        """Whether an item is what this very update made of it: no other has its moment."""
        return self.values.items() <= item.items() and not any(name in item for name in self.removed)


def _set(owner: str, todo_id: UUID, update: _Update, *, expected: int | None) -> Todo | None:
    """Updates a to-do outside the trash, with the next version, in one conditional write that reads nothing first.

    :raises _OtherState: what the update presumed does not hold.
    """
    sets = [f"#{name} = :{name}" for name in update.values] + [f"{name} = {sum_}" for name, sum_ in update.sums.items()]
    expression = ", ".join(["SET version = version + :one", *sets])
    if update.removed:
        expression += f" REMOVE {', '.join(update.removed)}"
    condition = LIVE
    given: Item = {":one": number(1), **{name: number(value) for name, value in update.numbers.items()}}
    if expected is not None:
        condition += " AND version = :expected"
        given[":expected"] = number(expected)
    if update.presumed is not None:
        condition += " AND completed = :presumed"
        given[":presumed"] = {"BOOL": update.presumed}
    try:
        with translate_errors():
            answer = client().update_item(
                TableName=settings.TODOS_TABLE,
                Key=todo_key(owner, todo_id),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in update.values},
                ExpressionAttributeValues={**given, **{f":{name}": value for name, value in update.values.items()}},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ConditionFailed as failure:
        if failure.item is None:
            return None
        if update.is_done(failure.item):
            # An answer may be lost on its way: then boto3 sent the write again and met the first one, moment and all.
            return Todo.from_item(failure.item)
        if "purgeAfter" in failure.item:
            return None
        if expected is not None and failure.item["version"] != number(expected):
            raise StaleVersion from failure
        raise _OtherState from failure
    return Todo.from_item(answer["Attributes"])


def _write(stored: Todo, revised: Todo) -> Todo:
    """Writes the attributes that differ, on condition that what was read is still in the trash, and the same version.

    The rest is left alone: the service "files" raises and lowers the attachment count at any time.
    """
    before, after = stored.to_item(), revised.to_item()
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    removed = [name for name in before if name not in after]
    with translate_errors():
        answer = client().update_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(stored.owner, stored.todo_id),
            UpdateExpression=f"SET {', '.join(f'{name} = :{name}' for name in changed)} REMOVE {', '.join(removed)}",
            ConditionExpression="attribute_exists(purgeAfter) AND version = :read",
            ExpressionAttributeValues={**{f":{name}": value for name, value in changed.items()}, ":read": number(stored.version)},
            ReturnValues="ALL_NEW",
        )
    return Todo.from_item(answer["Attributes"])


def _read(owner: str, todo_id: UUID) -> Todo | None:
    with translate_errors():
        answer = client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(owner, todo_id), ConsistentRead=True)
    return Todo.from_item(answer["Item"]) if "Item" in answer else None


def _query(owner: str, view: View, *, after: str | None, read: int) -> tuple[list[Item], str | None]:
    """One Query of the index that reads `read` items at most: the items, and the position it stopped at."""
    start, end = view.bounds
    values: dict[str, Any] = {":owner": string(owner), ":start": number(start), ":end": number(end - 1)}
    request: dict[str, Any] = {}
    if after is not None:
        schedule, todo_id = after.split("#")
        request["ExclusiveStartKey"] = {**todo_key(owner, UUID(todo_id)), "schedule": number(int(schedule))}
    if view.search:
        request["FilterExpression"] = "contains(titleFolded, :word)"
        values[":word"] = string(folded(view.search))
    with translate_errors():
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
    return answer["Items"], _position(last) if last else None


def _position(item: Item) -> str:
    """Where an item stands in the list, as a cursor keeps it."""
    return f"{item['schedule']['N']}#{item['todoID']['S']}"


def _present(item: Item | None) -> Item:
    if item is None:  # DynamoDB was asked for it in this very call
        raise RuntimeError("DynamoDB did not return the item that failed the condition")
    return item
