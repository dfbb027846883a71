"""The scheduled purge, run as its own task with its own role, once the thirty days in the trash are over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from deploy.rehearsal.containers import surroundings
from deploy.rehearsal.waiting import until
from tests.journey import JourneyError

if TYPE_CHECKING:
    from deploy.rehearsal.account import Account
    from deploy.rehearsal.containers import Container
    from deploy.rehearsal.processes import Processes
    from tests.journey import Work

PURGE_SECONDS: Final = 90
AN_HOUR: Final = 3600
TABLES: Final = {"TodosTableName": ("userID", "todoID"), "FilesTableName": ("todoKey", "fileID")}


def let_the_time_pass(account: Account) -> None:
    """Make everything that waits for the purge due since an hour: nobody here can wait thirty days."""
    dynamodb = account.client("dynamodb")
    for output, keys in TABLES.items():
        table = account.stack("data").outputs[output]
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if "purgeAfter" in item:
                    dynamodb.update_item(
                        TableName=table,
                        Key={key: item[key] for key in keys},
                        UpdateExpression="SET purgeAfter = :due",
                        ExpressionAttributeValues={":due": {"N": str(int(time.time()) - AN_HOUR)}},
                    )


def run(purge: Container, account: Account, processes: Processes) -> int:
    """Run the purge to its end, as the schedule does; returns its exit status."""
    environment = {**purge.environment, **surroundings(purge.name, account, processes)}
    process = processes.start(purge.name, purge.command, environment)
    until("the purge has ended", lambda: process.poll() is not None, PURGE_SECONDS)
    return process.wait()


def nothing_is_left(account: Account, work: Work) -> None:
    """Raises JourneyError when a row or an object of the purged to-do is still there."""
    data, todo_id = account.stack("data").outputs, work.todo["todoID"]
    dynamodb = account.client("dynamodb")
    for output in TABLES:
        items = [item for page in dynamodb.get_paginator("scan").paginate(TableName=data[output]) for item in page["Items"]]
        if any(todo_id in str(item) for item in items):
            raise JourneyError(f"The purge has left a row of the to-do in {data[output]}.")
    objects = account.client("s3").list_objects_v2(Bucket=data["AttachmentsBucketName"]).get("Contents", [])
    if any(todo_id in found["Key"] for found in objects):
        raise JourneyError("The purge has left an object of the to-do in the attachments bucket.")
