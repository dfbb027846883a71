"""bench's canned DynamoDB and S3, with attachments that can be completed: `python -m tests.prove.stub --port …`."""

from functools import cache
from typing import Any

from bench import canned, stub

CONTENT = b"hello"
LARGE = 777  # what the owner's id ends with whose to-dos are large
_plain_dynamodb, _plain_other = stub.dynamodb, stub.other


@cache
def pending_file() -> bytes:
    """A reservation of five bytes, in the row's wire format."""
    item: dict[str, Any] = canned.file_item(0, count=1)
    for name in ("listing", "objectVersion"):
        item.pop(name, None)
    # far in the future, so that it is not due
    item |= {
        "size": {"N": str(len(CONTENT))},
        "contentType": {"S": "text/plain"},
        "dateCreated": {"S": "2099-01-01T00:00:00.000Z"},
        "purgeAfter": {"N": "4070995200"},
        "purgeShard": {"N": "0"},
    }
    return stub._dynamodb_answer({"Item": item})


@cache
def large_list() -> bytes:
    """A hundred to-dos of 9 KB each."""
    items = [{**canned.todo_item(index, count=LARGE), "notes": {"S": "x" * 9000}} for index in range(100)]
    return stub._dynamodb_answer({"Items": items, "Count": len(items), "ScannedCount": len(items)})


def dynamodb(operation: bytes, body: bytes) -> bytes:
    """As bench's, but a read of a file's row finds one, and one owner's to-dos are large."""
    if operation == b"Query" and stub.stored(body) == LARGE:
        return large_list()
    if operation == b"GetItem" and b'"fileID"' in body:
        return pending_file()
    return _plain_dynamodb(operation, body)


class Stub(stub.Stub):
    """As bench's, but an object's HEAD says what was sent, and uploads are told to go on, as S3 does."""

    def data_received(self, data: bytes) -> None:
        """Without this, botocore waits a second before it sends the body."""
        if b"\r\nExpect: 100-continue\r\n" in data:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        super().data_received(data)

    def reply(self, head: bytes, body: bytes) -> None:
        """One response."""
        if head.startswith(b"HEAD "):
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/plain\r\nx-amz-version-id: v1\r\n\r\n"
                % len(CONTENT)
            )
        else:
            super().reply(head, body)


if __name__ == "__main__":
    stub.dynamodb = dynamodb
    stub.Stub = Stub  # type: ignore[misc]
    stub.main()
