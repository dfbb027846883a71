"""To-dos in DynamoDB. An access without an owner cannot be written.

A change is one UpdateItem (`Update`): what it sets, what DynamoDB adds up, and on what condition. Nothing is read first.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from todo_project.aws.dynamodb import ConditionFailed, TransactionFailed, client, transact, translate_errors
from todo_project.aws.items import EVERYTHING, LIVE, Item, number, string, todo_key, without_absent
from todo_project.aws.timestamps import rfc3339
from todos.models import SETTABLE, attributes, completed_attributes, folded, new_item
from todos.repetition import following
from todos.sort_key import day

Versions = frozenset[int] | None
"""None: whichever is the current one."""

SCHEDULE_INDEX = "bySchedule"

# Items that one search request reads at most: it returns a `next` sooner than it makes people wait.
SEARCH_BUDGET = 1000
_SEARCH_READ = 250

_ABSENT = "attribute_not_exists(todoID)"


def check_ready() -> None:
    """Readiness: one read of the table, of a key nobody owns."""
    get("readiness", UUID(int=0))


def create(item: Item) -> Item:
    """Stores a new to-do. Returns its item; where its id is taken (a retry), the one that is stored."""
    try:
        with translate_errors():
            client().put_item(
                TableName=settings.TODOS_TABLE,
                Item=item,
                ConditionExpression=_ABSENT,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ConditionFailed as failure:
        if failure.item is None:  # DynamoDB was asked for it in this very call
            raise RuntimeError("DynamoDB did not return the item that failed the condition") from failure
        return failure.item
    return item


def get(owner: str, todo_id: UUID) -> Item | None:
    """A to-do's item, also in the trash; None where there is none."""
    with translate_errors():
        response = client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key(owner, todo_id), ConsistentRead=True)
    item: Item | None = response.get("Item")
    return item


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


@dataclass(frozen=True)
class Update:
    """What an UpdateItem sets (None: removes), adds up and requires. `given` has what `sums` and `condition` name beside them."""

    moment: datetime
    values: dict[str, Item | None]
    sums: dict[str, str] = field(default_factory=dict)
    given: Item = field(default_factory=dict)
    condition: str = LIVE

    def __post_init__(self) -> None:
        self.values["dateModified"] = string(rfc3339(self.moment))


def has_all(item: Item, values: dict[str, Item | None]) -> bool:
    """Whether an item has these values already."""
    return all(item.get(name) == value for name, value in values.items())


def update_of(todo_id: UUID, changes: dict[str, Item | None], moment: datetime, *, was_completed: bool) -> Update:
    """What `changes` do to a to-do outside the trash that differs from them.

    :param changes: attributes, of todos.models.SETTABLE.
    :param was_completed: a condition where `changes` move the to-do in the list.
    """
    values = dict(changes)
    sums: dict[str, str] = {}
    given: Item = {}
    conditions = [LIVE]
    if "dateDue" in changes:
        sums["place"] = "undated + :day"
        given[":day"] = number(day(changes["dateDue"]))
    completed = values.pop("completed", {"BOOL": was_completed}) == {"BOOL": True}
    if completed and not was_completed:
        values |= completed_attributes(todo_id, moment)
        if "repeats" not in changes:
            conditions.append("attribute_not_exists(repeats)")  # Else the next one has to be made with it.
    elif was_completed and not completed:
        values |= {"completed": {"BOOL": False}, "dateCompleted": None}
        sums["schedule"] = sums.get("place", "place")
    else:
        if not completed and "dateDue" in changes:
            sums["schedule"] = sums["place"]
        differs = [f"attribute_exists({name})" for name, value in values.items() if value is None]
        for name, value in values.items():
            if value is not None:
                differs += [f"attribute_not_exists({name})", f"#{name} <> :{name}"]
        conditions.append(f"({' OR '.join(differs)})")
    if {"dateDue", "completed"} & changes.keys():
        conditions.append("completed = :was")
        given[":was"] = {"BOOL": was_completed}
    return Update(moment, values, sums, given, " AND ".join(conditions))


def apply(owner: str, todo_id: UUID, update: Update, expected: Versions) -> Item:
    """One conditional write, with the next version: the to-do's item as it is then.

    :raises ConditionFailed: what it requires does not hold.
    """
    try:
        with translate_errors():
            response = client().update_item(**_request(owner, todo_id, update, expected), ReturnValues="ALL_NEW")
    except ConditionFailed as failure:
        if failure.item and failure.retried and has_all(failure.item, update.values):
            # The first response was lost, and the second attempt met what the first had written, moment and all.
            return failure.item
        raise
    item: Item = response["Attributes"]
    return item


def _request(owner: str, todo_id: UUID, update: Update, expected: Versions) -> Any:
    """The UpdateItem of an update, with the next version: also a part of a transaction."""
    values = {name: value for name, value in update.values.items() if value is not None}
    removed = update.values.keys() - values.keys()
    sets = [f"#{name} = :{name}" for name in values] + [f"{name} = {sum_}" for name, sum_ in update.sums.items()]
    expression = ", ".join(["SET version = version + :one", *sets])
    if removed:
        expression += f" REMOVE {', '.join(sorted(removed))}"
    condition = update.condition
    given = {":one": number(1), **update.given, **{f":{name}": value for name, value in values.items()}}
    if expected is not None:
        versions = {f":version{version}": number(version) for version in expected}
        condition += f" AND version IN ({', '.join(versions)})"
        given |= versions
    return {
        "TableName": settings.TODOS_TABLE,
        "Key": todo_key(owner, todo_id),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": given,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def complete_repeating(item: Item, changes: dict[str, Item | None], moment: datetime) -> Item:
    """Completes a to-do that repeats, and stores the next one, which repeats in its place: both or neither, so exactly once.

    :param item: as stored.
    :param changes: attributes that change with it, `completed` among them.
    :raises ConditionFailed: it was changed meanwhile.
    """
    owner, todo_id, version = item["userID"]["S"], UUID(item["todoID"]["S"]), int(item["version"]["N"])
    changed, today, next_id = {**item, **changes}, moment.date(), uuid4()
    due = date.fromisoformat(changed["dateDue"]["S"]) if changed.get("dateDue") else today
    next_day = following(changed["repeats"]["S"], due, today)
    given = {name: changed.get(name) for name in SETTABLE} | attributes({"completed": False, "dateDue": next_day})
    put = {
        "TableName": settings.TODOS_TABLE,
        "Item": new_item(owner, next_id, given, moment),
        "ConditionExpression": _ABSENT,
    }
    update = update_of(todo_id, {**changes, "repeats": None}, moment, was_completed=False)
    update.values["nextID"] = string(str(next_id))
    try:
        transact([{"Update": _request(owner, todo_id, update, frozenset({version}))}, {"Put": put}])
    except TransactionFailed as failure:
        raise ConditionFailed(failure.items[0]) from failure
    return without_absent({**item, **update.values, "version": number(version + 1)})


def delete_everything(owner: str, *, due: datetime) -> None:
    """Makes all to-dos of the owner due for the purge at a moment. The cost does not depend on how many there are."""
    with translate_errors():
        client().put_item(
            TableName=settings.TODOS_TABLE,
            # Few people leave at once: one of the index's partitions is enough.
            Item={**todo_key(owner, EVERYTHING), "purgeAfter": number(int(due.timestamp())), "purgeShard": number(0)},
        )


def _has(item: Item, word: str) -> bool:
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
