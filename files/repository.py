"""Attachments in DynamoDB, each change together with what it does to the to-do.

Every function takes the owner first: an access without an owner cannot be written.
"""

from typing import Any
from uuid import UUID

from django.conf import settings

from files.models import END, LISTED, PER_TODO_MAX, TRASHED, Attachment, file_key, partition
from todo_project.aws.dynamodb import TransactionFailed, client, transact, translate_errors
from todo_project.aws.items import LIVE, Item, number, string, todo_key
from todo_project.errors import Conflict

LISTING_INDEX = "byListing"

_FULL = f"A to-do can have {PER_TODO_MAX} attachments; this one is full."


def check_ready() -> None:
    """Readiness: one read of each table, of keys nobody owns."""
    with translate_errors():
        client().get_item(TableName=settings.FILES_TABLE, Key=file_key("readiness", UUID(int=0), UUID(int=0)))
        client().get_item(TableName=settings.TODOS_TABLE, Key=todo_key("readiness", UUID(int=0)))


def todo_is_live(owner: str, todo_id: UUID) -> bool:
    """Whether the owner has this to-do outside the trash."""
    with translate_errors():
        response = client().get_item(
            TableName=settings.TODOS_TABLE,
            Key=todo_key(owner, todo_id),
            ConsistentRead=True,
            ProjectionExpression="todoID, purgeAfter",
        )
    return "Item" in response and "purgeAfter" not in response["Item"]


def page(owner: str, todo_id: UUID, *, trashed: bool) -> list[Attachment]:
    """A to-do's attachments, oldest first; or those in the trash, latest first."""
    start, end = (TRASHED, END) if trashed else (LISTED, TRASHED)
    request: dict[str, Any] = {
        "TableName": settings.FILES_TABLE,
        "IndexName": LISTING_INDEX,
        "KeyConditionExpression": "todoKey = :todo AND listing BETWEEN :start AND :end",
        "ExpressionAttributeValues": {
            ":todo": string(partition(owner, todo_id)),
            ":start": string(start),
            ":end": string(end),
        },
        "ConsistentRead": True,
        "Limit": PER_TODO_MAX,
    }
    with translate_errors():
        response = client().query(**request)
    return [Attachment.from_item(item) for item in response["Items"]]


def get(owner: str, todo_id: UUID, file_id: UUID) -> Attachment | None:
    """An attachment in whichever state, None where there is none."""
    with translate_errors():
        response = client().get_item(TableName=settings.FILES_TABLE, Key=file_key(owner, todo_id, file_id), ConsistentRead=True)
    return Attachment.from_item(response["Item"]) if "Item" in response else None


def reserve(attachment: Attachment) -> Attachment | None:
    """Stores a pending attachment, if the to-do exists outside the trash and has room: all in one transaction.

    Where its id is taken (a retry), returns what is stored. None where there is no such to-do.

    :raises Conflict: the to-do is full.
    """
    try:
        transact([_put(attachment, was=None), {"ConditionCheck": _todo(attachment, room=True)}])
    except TransactionFailed as failure:
        stored, todo = failure.items
        if failure.failed[1] and not _is_live(todo):
            return None
        if stored is None:
            raise Conflict(_FULL) from failure
        return Attachment.from_item(stored)
    return attachment


def move(attachment: Attachment, *, was: Attachment, count: int) -> Attachment | None:
    """Stores another state of an attachment, if it is in the old one still, and changes the to-do's count: one transaction.

    None where either is gone meanwhile, or in another state.

    :raises Conflict: the to-do has filled up meanwhile.
    """
    todo = {**_todo(attachment, room=count > 0), "UpdateExpression": "ADD attachments :count"}
    todo["ExpressionAttributeValues"][":count"] = number(count)
    try:
        transact([_put(attachment, was=was), {"Update": todo}])
    except TransactionFailed as failure:
        if not failure.failed[0] and _is_live(failure.items[1]):
            raise Conflict(_FULL) from failure
        return None
    return attachment


def _put(attachment: Attachment, *, was: Attachment | None) -> dict[str, Any]:
    """Stores an attachment where there is none, or in place of one that is still in the state, so in the listing, as it `was`."""
    put: dict[str, Any] = {
        "TableName": settings.FILES_TABLE,
        "Item": attachment.to_item(),
        "ConditionExpression": "attribute_not_exists(fileID)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if was and was.listing:
        put |= {"ConditionExpression": "listing = :was", "ExpressionAttributeValues": {":was": string(was.listing)}}
    elif was:
        put["ConditionExpression"] = "attribute_exists(fileID) AND attribute_not_exists(listing)"
    return {"Put": put}


def _todo(attachment: Attachment, *, room: bool) -> dict[str, Any]:
    """The condition that the to-do is there outside the trash, and has room for another attachment."""
    return {
        "TableName": settings.TODOS_TABLE,
        "Key": todo_key(attachment.owner, attachment.todo_id),
        "ConditionExpression": f"{LIVE} AND attachments < :max" if room else LIVE,
        "ExpressionAttributeValues": {":max": number(PER_TODO_MAX)} if room else {},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _is_live(todo: Item | None) -> bool:
    """Whether a to-do whose condition failed is there and outside the trash: then it failed because the to-do is full."""
    return todo is not None and "purgeAfter" not in todo
