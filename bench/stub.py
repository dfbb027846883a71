"""A canned DynamoDB and S3 in a process of its own: the right wire format at once, so that what is measured is the caller.

`python -m bench.stub --port 9100 [--delay-ms 5]`. It also serves the key set that the bench's tokens are signed with.
It keeps nothing. The partition says how much is stored: the digits that end the owner's id (see `bench.canned`).
"""

import argparse
import asyncio
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from bench import canned

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *DynamoDB_20120810\.(\w+)", re.IGNORECASE)
_LIMIT = re.compile(rb'"Limit": ?(\d+)')
_START = re.compile(rb'"ExclusiveStartKey": ?\{')
_POSITION = re.compile(rb'"(?:schedule": ?\{"N": ?"\d{8}|listing": ?\{"S": ?"\d#)(\d{13})')
_OWNER = re.compile(rb'"S": ?"0{8}-0{4}-4000-8000-(\d{12})')
_INDEX_OF_FILES = b'"byListing"'
_ALL_NEW = b'"ALL_NEW"'
_PROJECTION = b'"ProjectionExpression"'
_UNITS_ASKED = b'"ReturnConsumedCapacity"'


class Stub(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request after the other."""

    delay = 0.0  # seconds, added to every DynamoDB and S3 response
    answered = 0
    key_set = b"{}"

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[: end + 2]
            length = int(found.group(1)) if (found := _LENGTH.search(head)) else 0
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            self.reply(head, body)

    def reply(self, head: bytes, body: bytes) -> None:
        target = _TARGET.search(head)
        if target:
            Stub.answered += 1
            answer = dynamodb(target.group(1), body)
        else:
            answer = other(head.split(b" ", 2)[1])
        if self.delay and target:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, answer)
        else:
            self.transport.write(answer)


def dynamodb(operation: bytes, body: bytes) -> bytes:
    """The whole HTTP response to one DynamoDB call; with the units it took, for those who ask."""
    told = _UNITS_ASKED in body
    if operation == b"Query":
        limit = int(found.group(1)) if (found := _LIMIT.search(body)) else 0
        start = 0
        if _START.search(body):
            start = int(position.group(1)) + 1 if (position := _POSITION.search(body)) else 0
        return query(stored(body), start, limit, files=_INDEX_OF_FILES in body, told=told)
    if operation == b"GetItem":
        return key_only(told=told) if _PROJECTION in body else item(told=told)
    if operation == b"UpdateItem" and _ALL_NEW in body:
        return updated(told=told)
    if operation == b"TransactWriteItems":
        return transaction(told=told)
    return written(told=told)


def stored(body: bytes) -> int:
    """How many items the caller's partition holds."""
    found = _OWNER.search(body)
    return int(found.group(1)) if found else 0


@cache
def query(count: int, start: int, limit: int, *, files: bool, told: bool = False) -> bytes:
    """`limit` items (all that fit into 1 MB where it is 0) of a partition of `count`, from number `start`."""
    answer = canned.query(count, start, limit, files=files)
    units = -(-len(canned.as_bytes(answer["Items"])) // 4096)  # a consistent read: one for 4 KB
    return _dynamodb_answer({**answer, **(_consumed(max(units, 1)) if told else {})})


@cache
def item(*, told: bool = False) -> bytes:
    return _dynamodb_answer({"Item": canned.todo_item(0, count=1), **(_consumed(1) if told else {})})


@cache
def updated(*, told: bool = False) -> bytes:
    return _dynamodb_answer({"Attributes": canned.todo_item(0, count=1), **(_consumed(2) if told else {})})


@cache
def key_only(*, told: bool = False) -> bytes:
    key = {"todoID": canned.todo_item(0, count=1)["todoID"]}
    return _dynamodb_answer({"Item": key, **(_consumed(1) if told else {})})


@cache
def transaction(*, told: bool = False) -> bytes:
    # It tells of each table.
    return _dynamodb_answer(
        {"ConsumedCapacity": [{**_consumed(4)["ConsumedCapacity"], "WriteCapacityUnits": 4.0}]} if told else {}
    )


@cache
def written(*, told: bool = False) -> bytes:
    return _dynamodb_answer(_consumed(2) if told else {})


def _consumed(units: int) -> dict[str, Any]:
    return {"ConsumedCapacity": {"TableName": "todo-prod-data-TodosTable-1ABC", "CapacityUnits": float(units)}}


def other(path: bytes) -> bytes:
    """The key set, the count of calls so far, or S3: an empty 200."""
    if path == b"/jwks.json":
        return _http(Stub.key_set, b"application/json")
    if path == b"/calls":
        return _http(str(Stub.answered).encode(), b"text/plain")
    return _http(b"", b"application/xml")


def _dynamodb_answer(document: dict[str, Any]) -> bytes:
    body = canned.as_bytes(document)
    return _http(body, b"application/x-amz-json-1.0", b"x-amz-crc32: %d\r\n" % zlib.crc32(body))


def _http(body: bytes, content_type: bytes, more: bytes = b"") -> bytes:
    # The headers are those that DynamoDB sends.
    return (
        b"HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Mon, 23 Nov 2026 09:43:00 GMT\r\nConnection: keep-alive\r\n"
        b"x-amzn-RequestId: 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJ\r\n"
        b"Content-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s" % (content_type, len(body), more, body)
    )


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="what DynamoDB's network and work would add (2 to 10)")
    parser.add_argument("--key-set", type=Path, help="the JWKS document to serve at /jwks.json")
    options = parser.parse_args()
    Stub.key_set = options.key_set.read_bytes() if options.key_set else Stub.key_set
    Stub.delay = options.delay_ms / 1000
    asyncio.run(serve(options.port))


if __name__ == "__main__":
    main()
