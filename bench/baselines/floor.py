"""The floor: a bare WSGI function with one boto3 call, the least that Python and boto3 can do. BENCH_PARSER=1 adds our parser."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import boto3
import botocore.session

from bench.baselines.shapes import ENDPOINT, REGION, key, new_item, page_query, todo

core = botocore.session.Session()
if os.environ.get("BENCH_PARSER") == "1":
    from todo_project.aws.fast_path.parser import Factory

    core.register_component("response_parser_factory", Factory())
dynamodb = boto3.session.Session(botocore_session=core).client("dynamodb", region_name=REGION, endpoint_url=ENDPOINT)


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, document = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"].split("/"), environ)
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def answer(method: str, path: list[str], environ: dict[str, Any]) -> tuple[str, Any]:
    if path[1] == "healthz":
        return "200 OK", {"status": "alive"}
    owner = path[2]
    if method == "POST":
        item = new_item(owner, json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        dynamodb.put_item(TableName="todos", Item=item, ConditionExpression="attribute_not_exists(todoID)")
        return "201 Created", todo(item)
    if len(path) == 5:  # noqa: PLR2004 /api/owner/todos/id
        return "200 OK", todo(dynamodb.get_item(TableName="todos", Key=key(owner, path[4]), ConsistentRead=True)["Item"])
    query = parse_qs(environ["QUERY_STRING"])
    items = dynamodb.query(**page_query(owner, int(query["limit"][0])))["Items"]
    return "200 OK", {"todos": [todo(item) for item in items], "next": None}
