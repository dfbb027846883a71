"""Exercise 6: bring one deleted to-do back from a restored table, and leave everything else as it is now."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.emulator import REGION, Emulator, embedded_aws

FILES: Final = {
    "restore.py": '''"""Copies from todos-restored, the table of an hour ago, to the table todos. It copies too much: mend it."""

import boto3

dynamodb = boto3.resource("dynamodb")
live, restored = dynamodb.Table("todos"), dynamodb.Table("todos-restored")

for item in restored.scan()["Items"]:
    live.put_item(Item=item)
'''
}

RESTORED: Final = {
    "milk": "Buy milk",
    "passport": "Renew the passport",
    "tax": "File taxes",
}
"""An hour ago: id to title."""
LIVE: Final = {
    "passport": "Renew both passports",  # changed since
    "tax": "File taxes",
    "gift": "Find a gift",  # new since
}
"""Now: `milk` was deleted by mistake."""
EXPECTED: Final = {**RESTORED, **LIVE}


def make_table(aws: Emulator, name: str, titles: dict[str, str]) -> None:
    """A table with a to-do for each title."""
    client = aws.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("userID", "todoID")],
        KeySchema=[{"AttributeName": "userID", "KeyType": "HASH"}, {"AttributeName": "todoID", "KeyType": "RANGE"}],
    )
    for key, title in titles.items():
        client.put_item(TableName=name, Item={"userID": {"S": "alice"}, "todoID": {"S": key}, "title": {"S": title}})


def titles_in(aws: Emulator, name: str) -> dict[str, str]:
    """What the table holds: id to title."""
    items: list[dict[str, Any]] = aws.client("dynamodb").scan(TableName=name)["Items"]
    return {item["todoID"]["S"]: item["title"]["S"] for item in items}


def check(folder: Path) -> Iterator[str]:
    """Runs restore.py twice, since a restore that broke off is run again, and compares the table."""
    with embedded_aws() as aws:
        make_table(aws, "todos", LIVE)
        make_table(aws, "todos-restored", RESTORED)
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
        environment = {**os.environ, **keys, "AWS_ENDPOINT_URL": aws.url}
        for _ in range(2):
            ended = subprocess.run(
                [sys.executable, "restore.py"],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            if ended.returncode:
                yield f"restore.py fails: {ended.stderr.strip().splitlines()[-1]}"
                return
        found = titles_in(aws, "todos")
    for key in sorted(EXPECTED.keys() | found.keys()):
        if found.get(key) != EXPECTED.get(key):
            yield f"The to-do {key} is {found.get(key)!r}; it should be {EXPECTED.get(key)!r}."
