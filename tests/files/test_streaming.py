"""A file that goes through the service is never in its memory as a whole: neither on its way in nor on its way to S3."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

SIZE = 10 * 1024**2
HEAD = (
    b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
TAIL = b"\r\n--boundary--\r\n"


class Arriving(io.RawIOBase):
    """A request's body as it comes from the network: made while it is read, never there as a whole."""

    length = len(HEAD) + SIZE + len(TAIL)

    def __init__(self) -> None:
        self._parts = self._made()

    def _made(self) -> Iterator[bytes]:
        yield HEAD
        for _ in range(SIZE // 4096):
            yield b"x" * 4096
        yield TAIL

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = next(self._parts, b"")
        buffer[: len(part)] = part
        return len(part)


@pytest.fixture
def most_held() -> Iterator[Any]:
    """The most memory that Python held at once since the first call, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_it_works(alice: Any, todo: str, most_held: Any) -> None:
    alice.attach(todo, "warm-up.txt")  # clients and modules imported late are not what is measured
    statuses: list[str] = []
    tracemalloc.reset_peak()
    before = most_held()
    response = get_wsgi_application()(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/api/{todo}/files",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": "multipart/form-data; boundary=boundary",
            "CONTENT_LENGTH": str(Arriving.length),
            "HTTP_AUTHORIZATION": f"Bearer {alice.tokens.access}",
            "wsgi.input": io.BufferedReader(Arriving()),
        },
        lambda status, _: statuses.append(status),
    )
    response.close()
    assert statuses == ["201 Created"]
    assert most_held() - before < SIZE / 3
    [_, file] = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert file["size"] == SIZE
    assert httpx.get(file["filePath"]).content == b"x" * SIZE
