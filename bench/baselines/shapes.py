"""What the baselines receive and return: the JSON of the API, from DynamoDB's items. Kept as plain as it can be."""

import os
from datetime import UTC, datetime
from time import time_ns
from typing import Any
from urllib.parse import quote
from uuid import uuid4

ENDPOINT = os.environ["BENCH_ENDPOINT"]
REGION = "eu-west-1"
BUCKET = "bench-attachments"


def todo(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "todoID": item["todoID"]["S"],
        "userID": item["userID"]["S"],
        "title": item["title"]["S"],
        "description": item["description"]["S"],
        "notes": item["notes"]["S"],
        "dateDue": item["dateDue"]["S"] if "dateDue" in item else None,
        "completed": item["completed"]["BOOL"],
        "dateCompleted": item["dateCompleted"]["S"] if "dateCompleted" in item else None,
        "starred": "starred" in item,
        "repeats": item["repeats"]["S"] if "repeats" in item else None,
        "nextID": item["nextID"]["S"] if "nextID" in item else None,
        "dateCreated": item["dateCreated"]["S"],
        "dateModified": item["dateModified"]["S"],
        "attachments": int(item["attachments"]["N"]),
        "version": int(item["version"]["N"]),
    }


def file(item: dict[str, Any], url: str) -> dict[str, Any]:
    return {
        "fileID": item["fileID"]["S"],
        "todoID": item["todoKey"]["S"].split("#")[1],
        "fileName": item["fileName"]["S"],
        "contentType": item["contentType"]["S"],
        "size": int(item["size"]["N"]),
        "dateCreated": item["dateCreated"]["S"],
        "filePath": url,
    }


def page_query(owner: str, limit: int) -> dict[str, Any]:
    return {
        "TableName": "todos",
        "IndexName": "bySchedule",
        "KeyConditionExpression": "userID = :owner",
        "ExpressionAttributeValues": {":owner": {"S": owner}},
        "ConsistentRead": True,
        "Limit": limit,
    }


def files_query(owner: str, todo_id: str) -> dict[str, Any]:
    return {
        "TableName": "files",
        "IndexName": "byListing",
        "KeyConditionExpression": "todoKey = :todo",
        "ExpressionAttributeValues": {":todo": {"S": f"{owner}#{todo_id}"}},
        "ConsistentRead": True,
    }


def key(owner: str, todo_id: str) -> dict[str, Any]:
    return {"userID": {"S": owner}, "todoID": {"S": todo_id}}


def download(owner: str, todo_id: str, item: dict[str, Any]) -> dict[str, str]:
    """The parameters of a presigned GET."""
    name = item["fileName"]["S"]
    return {
        "Bucket": BUCKET,
        "Key": f"{owner}/{todo_id}/{item['fileID']['S']}/{name}",
        "VersionId": item["objectVersion"]["S"],
        "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }


def new_item(owner: str, body: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    todo_id = str(uuid4())
    return {
        **key(owner, todo_id),
        "title": {"S": body["title"]},
        "description": {"S": body.get("description", "")},
        "notes": {"S": body.get("notes", "")},
        **({"dateDue": {"S": body["dateDue"]}} if body.get("dateDue") else {}),
        "completed": {"BOOL": False},
        "dateCreated": {"S": now},
        "dateModified": {"S": now},
        "attachments": {"N": "0"},
        "version": {"N": "1"},
        "schedule": {"N": f"{(body.get('dateDue') or '99999999').replace('-', '')}{time_ns() // 10**6:013d}000000"},
        "undated": {"N": f"{time_ns() // 10**6 * 10**6}"},
    }
