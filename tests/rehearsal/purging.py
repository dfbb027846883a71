"""The scheduled purge, started as its schedule does, once the thirty days in the trash are over."""

import time

from tests.rehearsal.environment import Environment, client

AN_HOUR = 3600
TABLES = {"TodosTableName": ("userID", "todoID"), "FilesTableName": ("todoKey", "fileID")}


def run(environment: Environment) -> int:
    """Run the purge to its end as its own task, with its own role; returns its exit status."""
    (schedule,) = environment.of_type("purge", "AWS::Scheduler::Schedule")
    target = client("scheduler").get_schedule(Name=schedule)["Target"]
    ecs, parameters = client("ecs"), target["EcsParameters"]
    started = ecs.run_task(cluster=target["Arn"], taskDefinition=parameters["TaskDefinitionArn"], group=parameters["Group"])
    tasks = [task["taskArn"] for task in started["tasks"]]
    ecs.get_waiter("tasks_stopped").wait(cluster=target["Arn"], tasks=tasks, WaiterConfig={"Delay": 0.3, "MaxAttempts": 1000})
    (stopped,) = ecs.describe_tasks(cluster=target["Arn"], tasks=tasks)["tasks"]
    return int(stopped["containers"][0].get("exitCode", 1))


def let_the_time_pass(environment: Environment) -> None:
    """Make everything that waits for the purge due since an hour: nobody here can wait thirty days."""
    dynamodb, data = client("dynamodb"), environment.outputs("data")
    for output, keys in TABLES.items():
        for item in _items(data[output]):
            if "purgeAfter" in item:
                dynamodb.update_item(
                    TableName=data[output],
                    Key={key: item[key] for key in keys},
                    UpdateExpression="SET purgeAfter = :due",
                    ExpressionAttributeValues={":due": {"N": str(int(time.time()) - AN_HOUR)}},
                )


def left(environment: Environment, todo_id: str) -> list[str]:
    """What the tables and the bucket still hold of a to-do."""
    data = environment.outputs("data")
    rows = [str(item) for output in TABLES for item in _items(data[output])]
    objects = client("s3").list_objects_v2(Bucket=data["AttachmentsBucketName"]).get("Contents", [])
    return [each for each in (*rows, *(found["Key"] for found in objects)) if todo_id in each]


def _items(table):
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]
