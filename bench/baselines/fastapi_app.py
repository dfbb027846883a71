"""FastAPI + aioboto3, as most people would write it: one client a process, handlers that await it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aioboto3
from aiobotocore.config import AioConfig
from fastapi import FastAPI, Request
from pydantic import BaseModel

from bench.baselines.shapes import ENDPOINT, REGION, download, file, files_query, key, new_item, page_query, todo


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    session = aioboto3.Session(region_name=REGION)
    config = AioConfig(signature_version="s3v4", s3={"addressing_style": "path"})
    async with (
        session.client("dynamodb", endpoint_url=ENDPOINT, config=AioConfig(max_pool_connections=50)) as app.state.dynamodb,
        session.client("s3", endpoint_url=ENDPOINT, config=config) as app.state.s3,
    ):
        yield


app = FastAPI(lifespan=lifespan)


class NewTodo(BaseModel):
    title: str
    description: str = ""
    notes: str = ""
    dateDue: str | None = None  # noqa: N815 the API's name


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@app.get("/api/{owner}/todos")
async def todos(request: Request, owner: str, limit: int = 50) -> dict[str, Any]:
    answer = await app.state.dynamodb.query(**page_query(owner, limit))
    last = answer.get("LastEvaluatedKey")
    following = f"{request.url.path}?limit={limit}&cursor={last['schedule']['N']}" if last else None
    return {"todos": [todo(item) for item in answer["Items"]], "next": following}


@app.post("/api/{owner}/todos", status_code=201)
async def create(owner: str, body: NewTodo) -> dict[str, Any]:
    item = new_item(owner, body.model_dump())
    await app.state.dynamodb.put_item(TableName="todos", Item=item, ConditionExpression="attribute_not_exists(todoID)")
    return todo(item)


@app.get("/api/{owner}/todos/{todo_id}")
async def read(owner: str, todo_id: str) -> dict[str, Any]:
    answer = await app.state.dynamodb.get_item(TableName="todos", Key=key(owner, todo_id), ConsistentRead=True)
    return todo(answer["Item"])


@app.get("/api/{owner}/{todo_id}/files")
async def files(owner: str, todo_id: str) -> dict[str, Any]:
    await app.state.dynamodb.get_item(
        TableName="todos", Key=key(owner, todo_id), ConsistentRead=True, ProjectionExpression="todoID"
    )
    items = (await app.state.dynamodb.query(**files_query(owner, todo_id)))["Items"]
    urls = [await app.state.s3.generate_presigned_url("get_object", download(owner, todo_id, item), 900) for item in items]
    return {"files": [file(item, url) for item, url in zip(items, urls, strict=True)]}
