"""Flask + boto3, as most people would write it: one client a process, its responses mapped to JSON."""

from typing import Any

import boto3
from flask import Flask, request

from bench.baselines.shapes import (
    ENDPOINT,
    REGION,
    download,
    file,
    files_query,
    key,
    new_item,
    page_query,
    todo,
)

app = Flask(__name__)
dynamodb = boto3.client("dynamodb", region_name=REGION, endpoint_url=ENDPOINT)
s3 = boto3.client(
    "s3",
    region_name=REGION,
    endpoint_url=ENDPOINT,
    config=boto3.session.Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/api/<owner>/todos")
def todos(owner: str) -> dict[str, Any]:
    query = page_query(owner, int(request.args.get("limit", 50)))
    answer = dynamodb.query(**query)
    last = answer.get("LastEvaluatedKey")
    following = f"{request.path}?limit={query['Limit']}&cursor={last['schedule']['N']}" if last else None
    return {"todos": [todo(item) for item in answer["Items"]], "next": following}


@app.post("/api/<owner>/todos")
def create(owner: str) -> tuple[dict[str, Any], int]:
    item = new_item(owner, request.get_json())
    dynamodb.put_item(TableName="todos", Item=item, ConditionExpression="attribute_not_exists(todoID)")
    return todo(item), 201


@app.get("/api/<owner>/todos/<todo_id>")
def read(owner: str, todo_id: str) -> dict[str, Any]:
    return todo(dynamodb.get_item(TableName="todos", Key=key(owner, todo_id), ConsistentRead=True)["Item"])


@app.get("/api/<owner>/<todo_id>/files")
def files(owner: str, todo_id: str) -> dict[str, Any]:
    dynamodb.get_item(TableName="todos", Key=key(owner, todo_id), ConsistentRead=True, ProjectionExpression="todoID")
    items = dynamodb.query(**files_query(owner, todo_id))["Items"]
    urls = [s3.generate_presigned_url("get_object", download(owner, todo_id, item), 900) for item in items]
    return {"files": [file(item, url) for item, url in zip(items, urls, strict=True)]}
