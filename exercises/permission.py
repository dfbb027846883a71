"""Exercise 1: the policy of a task role lacks one permission and has one too many.

The check calls a real (embedded) AWS with the role's own keys, step by step, as the service todos does.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from tests.emulator import REGION, Emulator, embedded_aws

FILES: Final = {
    "policy.json": """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
     "Resource": "arn:aws:dynamodb:eu-central-1:000000000000:table/todos"},
    {"Effect": "Allow", "Action": ["dynamodb:Query"],
     "Resource": "arn:aws:dynamodb:eu-central-1:000000000000:table/todos/index/bySchedule"}
  ]
}
"""
}
KEY: Final = {"userID": {"S": "alice"}, "todoID": {"S": "milk"}}
STEPS: Final[dict[str, Callable[[Any], object]]] = {
    "add a to-do": lambda client: client.put_item(TableName="todos", Item={**KEY, "schedule": {"N": "1"}}),
    "read it": lambda client: client.get_item(TableName="todos", Key=KEY),
    "move it to the trash": lambda client: client.update_item(
        TableName="todos",
        Key=KEY,
        UpdateExpression="SET purgeAfter = :at",
        ExpressionAttributeValues={":at": {"N": "1798761600"}},
    ),
    "list to-dos": lambda client: client.query(
        TableName="todos",
        IndexName="bySchedule",
        KeyConditionExpression="userID = :me",
        ExpressionAttributeValues={":me": {"S": "alice"}},
    ),
}


def make_table(aws: Emulator) -> None:
    """The keys and the index of stack data's table."""
    aws.client("dynamodb").create_table(
        TableName="todos",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "userID", "AttributeType": "S"},
            {"AttributeName": "todoID", "AttributeType": "S"},
            {"AttributeName": "schedule", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "userID", "KeyType": "HASH"}, {"AttributeName": "todoID", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[
            {
                "IndexName": "bySchedule",
                "KeySchema": [{"AttributeName": "userID", "KeyType": "HASH"}, {"AttributeName": "schedule", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def failing_step(aws: Emulator, name: str, policy: dict[str, Any]) -> str:
    """The first step that a role with this policy may not do, with AWS's message; empty when all pass."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=json.dumps(policy))
    keys = aws.client("sts").assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName="task")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
    client = session.client("dynamodb", endpoint_url=aws.url)
    for step, call in STEPS.items():
        try:
            call(client)
        except ClientError as error:
            return f"The step “{step}” fails: {error.response['Error']['Message']}"
    return ""


def without(policy: dict[str, Any], action: str) -> dict[str, Any]:
    """The same policy, but for one action."""
    statements = [{**each, "Action": [name for name in each["Action"] if name != action]} for each in policy["Statement"]]
    return {**policy, "Statement": [each for each in statements if each["Action"]]}


def check(folder: Path) -> Iterator[str]:
    """The step that fails, or each action that no step needs."""
    policy = json.loads((folder / "policy.json").read_text())
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    with embedded_aws() as aws:
        make_table(aws)
        if failing := failing_step(aws, "todos", policy):
            yield failing
            return
        for number, action in enumerate(actions):
            if not failing_step(aws, f"todos-{number}", without(policy, action)):
                yield f"No step needs {action}."
