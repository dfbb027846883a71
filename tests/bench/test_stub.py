"""The stub that benchmarks run against responds as DynamoDB does, so that what is measured is real work."""

import asyncio
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from queue import Queue
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from bench import canned
from bench.stub import Stub


async def serve(ready: "Queue[tuple[int, Callable[[], object]]]") -> None:
    """Serves until the second thing it puts into `ready` is called; the first is its port."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stub, "127.0.0.1", 0)
    ready.put((server.sockets[0].getsockname()[1], partial(loop.call_soon_threadsafe, stop.set)))
    await stop.wait()
    server.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A stub in a thread with a loop of its own: in this one a browser test of the same process may keep a loop running."""
    ready: Queue[tuple[int, Callable[[], object]]] = Queue()
    thread = threading.Thread(target=lambda: asyncio.run(serve(ready)))
    thread.start()
    port, stop = ready.get(timeout=10)
    yield f"http://127.0.0.1:{port}"
    stop()
    thread.join()


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    made = boto3.client(
        "dynamodb",
        region_name=canned.REGION,
        endpoint_url=address,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield made
    made.close()


def query(client: Any, count: int, **more: Any) -> Any:
    owner = {"S": canned.owner(count)}
    return client.query(TableName="todos", KeyConditionExpression="userID = :o", ExpressionAttributeValues={":o": owner}, **more)


def test_it_works(client: Any) -> None:
    answer = query(client, 10, Limit=3)
    assert [item["todoID"]["S"][-2:] for item in answer["Items"]] == ["00", "01", "02"]
    following = query(client, 10, Limit=30, ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert [item["todoID"]["S"][-2:] for item in following["Items"]] == [f"{number:02d}" for number in range(3, 10)]
    assert "LastEvaluatedKey" not in following


def test_a_page_ends_at_a_megabyte(client: Any) -> None:
    answer = query(client, 10_000)
    size = len(canned.as_bytes(answer["Items"]))
    assert "LastEvaluatedKey" in answer
    assert 1_000_000 < size < 2_000_000


def test_a_missing_projection_is_a_whole_item(client: Any) -> None:
    key = canned.todo_item(0, count=1)
    key = {name: key[name] for name in ("userID", "todoID")}
    assert set(client.get_item(TableName="todos", Key=key)["Item"]) == set(canned.todo_item(0, count=1))
    assert set(client.get_item(TableName="todos", Key=key, ProjectionExpression="todoID")["Item"]) == {"todoID"}


def test_the_checksum_is_that_of_the_body(address: str) -> None:
    headers = {"x-amz-target": "DynamoDB_20120810.GetItem", "content-type": "application/x-amz-json-1.0"}
    answer = httpx.post(address, content=json.dumps({"TableName": "todos"}), headers=headers)
    assert int(answer.headers["x-amz-crc32"]) == zlib.crc32(answer.content)


def test_units_are_told_to_those_who_ask(client: Any) -> None:
    key = {name: value for name, value in canned.todo_item(0, count=1).items() if name in {"userID", "todoID"}}
    asked: dict[str, Any] = {"TableName": "todos", "ReturnConsumedCapacity": "TOTAL"}
    put = {"Put": {"TableName": "todos", "Item": key}}
    assert "ConsumedCapacity" not in client.get_item(TableName="todos", Key=key)
    assert client.get_item(Key=key, **asked)["ConsumedCapacity"]["CapacityUnits"] == 1
    assert client.put_item(Item=key, **asked)["ConsumedCapacity"]["CapacityUnits"] == 2
    assert query(client, 100, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]["CapacityUnits"] > 10
    answer = client.transact_write_items(TransactItems=[put], ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"][0]["WriteCapacityUnits"] == 4
