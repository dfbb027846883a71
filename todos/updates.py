"""A to-do's change as one UpdateItem: what it sets, what DynamoDB adds up, and on what condition. Nothing is read first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from todo_project.aws.dynamodb import ConditionFailed, client, translate_errors
from todo_project.aws.items import LIVE, Item, number, string, todo_key
from todo_project.aws.timestamps import rfc3339
from todos.models import completed_attributes
from todos.sort_key import day

Versions = frozenset[int] | None
"""None: whichever is the current one."""


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
            response = client().update_item(**request_of(owner, todo_id, update, expected), ReturnValues="ALL_NEW")
    except ConditionFailed as failure:
        if failure.item and failure.retried and has_all(failure.item, update.values):
            # The first response was lost, and the second attempt met what the first had written, moment and all.
            return failure.item
        raise
    item: Item = response["Attributes"]
    return item


def request_of(owner: str, todo_id: UUID, update: Update, expected: Versions) -> Any:
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
