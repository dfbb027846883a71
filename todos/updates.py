"""A to-do's change as one UpdateItem: what it sets, what DynamoDB adds up, and on what condition. Nothing is read first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from todo_project.aws.dynamodb import ConditionFailed, client, translate_errors
from todo_project.aws.items import Item, number, string
from todo_project.aws.keys import LIVE, todo_key
from todo_project.aws.timestamps import rfc3339
from todos import sort_key

Versions = frozenset[int] | None
"""None: whichever is the current one."""


@dataclass(frozen=True)
class Update:
    """What an UpdateItem sets, adds up, removes and requires. `given` has what `sums` and `condition` name beside the values."""

    moment: datetime
    values: Item
    sums: dict[str, str] = field(default_factory=dict)
    given: Item = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    condition: str = LIVE

    def __post_init__(self) -> None:
        self.values["dateModified"] = string(rfc3339(self.moment))

    def is_done(self, item: Item) -> bool:
        """Whether an item has all of this."""
        return self.values.items() <= item.items() and not any(name in item for name in self.removed)


def update_of(todo_id: UUID, changes: dict[str, Any], moment: datetime, *, was_completed: bool) -> Update:
    """What `changes` do to a to-do outside the trash that differs from them.

    :param was_completed: a condition where `changes` move the to-do in the list.
    """
    values: Item = {name: string(changes[name]) for name in ("title", "description", "notes") if name in changes}
    removed: list[str] = []
    differs = [f"#{name} <> :{name}" for name in values]
    sums: dict[str, str] = {}
    given: Item = {}
    conditions = [LIVE]
    for name, value in _facts(changes).items():
        if value is None:
            removed.append(name)
            differs.append(f"attribute_exists({name})")
        else:
            values[name] = value
            differs += [f"attribute_not_exists({name})", f"#{name} <> :{name}"]
    if "due" in changes:
        sums["place"] = "undated + :day"
        given[":day"] = number(sort_key.day(changes["due"]))
    completed = changes.get("completed", was_completed)
    if completed != was_completed:
        values["completed"] = {"BOOL": completed}
        if completed:
            values["dateCompleted"] = string(rfc3339(moment))
            values["schedule"] = number(sort_key.position(sort_key.COMPLETED, todo_id, moment))
            if "repeats" not in changes:
                conditions.append("attribute_not_exists(repeats)")  # Else the next one has to be made with it.
        else:
            removed.append("dateCompleted")
            sums["schedule"] = sums.get("place", "place")
    else:
        if not completed and "due" in changes:
            sums["schedule"] = sums["place"]
        conditions += [f"({' OR '.join(differs)})"]
    if {"due", "completed"} & changes.keys():
        conditions += ["completed = :was"]
        given[":was"] = {"BOOL": was_completed}
    return Update(moment, values, sums, given, tuple(removed), " AND ".join(conditions))


def _facts(changes: dict[str, Any]) -> dict[str, Any]:
    """The attributes of facts that can be absent; None where they are to be."""
    facts: dict[str, Any] = {}
    if "due" in changes:
        facts["dateDue"] = string(changes["due"].isoformat()) if changes["due"] else None
    if "starred" in changes:
        facts["starred"] = {"BOOL": True} if changes["starred"] else None
    if "repeats" in changes:
        facts["repeats"] = string(changes["repeats"]) if changes["repeats"] else None
    return facts


def apply(owner: str, todo_id: UUID, update: Update, expected: Versions) -> Item:
    """One conditional write, with the next version: the to-do's item as it is then.

    :raises ConditionFailed: what it requires does not hold.
    """
    try:
        with translate_errors():
            response = client().update_item(**request_of(owner, todo_id, update, expected), ReturnValues="ALL_NEW")
    except ConditionFailed as failure:
        if failure.item and failure.retried and update.is_done(failure.item):
            # The first response was lost, and the second attempt met what the first had written, moment and all.
            return failure.item
        raise
    item: Item = response["Attributes"]
    return item


def request_of(owner: str, todo_id: UUID, update: Update, expected: Versions) -> Any:
    """The UpdateItem of an update, with the next version: also a part of a transaction."""
    sets = [f"#{name} = :{name}" for name in update.values] + [f"{name} = {sum_}" for name, sum_ in update.sums.items()]
    expression = ", ".join(["SET version = version + :one", *sets])
    if update.removed:
        expression += f" REMOVE {', '.join(update.removed)}"
    condition = update.condition
    given = {":one": number(1), **update.given, **{f":{name}": value for name, value in update.values.items()}}
    if expected is not None:
        versions = {f":version{version}": number(version) for version in expected}
        condition += f" AND version IN ({', '.join(versions)})"
        given |= versions
    return {
        "TableName": settings.TODOS_TABLE,
        "Key": todo_key(owner, todo_id),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in update.values},
        "ExpressionAttributeValues": given,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
