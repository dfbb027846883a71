"""urllib3's connections for DynamoDB, whose requests and answers are all alike: one write, and headers read in one go.

http.client sends head and body one after the other, and reads each answer's few short headers with the parser for e-mail. Here
they are taken apart by one expression. An answer of another form is left to http.client, from its first byte on.

Saves 0.15 ms CPU of a GetItem (docs/benchmarks.md). Safe because all else stays urllib3's: the pool, idle connections that the
other end has closed, timeouts, TLS, and what becomes of each failure. tests/aws/test_dynamodb_sending.py asks both the same.
"""

import io
import re
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket

_PIECE: Final = 64 * 1024
_HEAD_MAX: Final = 64 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.1 ([2-5]\d\d)[ \r]")
_HEADER: Final = re.compile(rb"\n([\w-]+):[ \t]*([^\r\n]*)\r")


class Answer:
    """A whole answer, header names in lower case, with what urllib3 and botocore ask of one."""

    version_string = "HTTP/1.1"
    length_remaining = 0

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def stream(self) -> Iterator[bytes]:
        """The body, as botocore reads it."""
        yield self.body


class _Exchange:
    """How a connection sends a request and receives the answer: the two methods that urllib3's pool calls."""

    sock: "socket.socket | None"
    timeout: float

    def request(self, method: str, url: str, body: bytes, headers: Mapping[str, str], **_: Any) -> None:
        """Sends a request that has these headers and no others."""
        lines = [f"{method} {url} HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()], "", ""]
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1:
            raise ValueError("A header has a line break in it.")
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        assert self.sock is not None  # noqa: S101 connected, or an exception
        self.sock.sendall(head.encode("latin-1") + body)

    def getresponse(self) -> Answer:
        """The answer, read to its end.

        :raises HTTPException: it is none, or only a part of one; urllib3 closes the connection then, as it does for OSErrors.
        """
        assert self.sock is not None  # noqa: S101 a request was sent
        if self.sock.gettimeout() != self.timeout:  # once a connection: it is for sending as well from then on
            self.sock.settimeout(self.timeout)
        data, end = b"", -1
        while end < 0 and len(data) < _HEAD_MAX and (piece := self.sock.recv(_PIECE)):
            data += piece
            end = data.find(b"\r\n\r\n")
        found = _read(data[: end + 2]) if end >= 0 else None
        if found is None:
            return self._of_another_form(data)
        status, headers = found
        length, body = int(headers["content-length"]), data[end + 4 :]
        while len(body) < length:
            piece = self.sock.recv(max(_PIECE, length - len(body)))
            if not piece:
                raise IncompleteRead(body, length - len(body))
            body += piece
        if len(body) > length or headers.get("connection", "keep-alive") != "keep-alive":
            self.close()  # type: ignore[attr-defined]
        return Answer(status, headers, body[:length])

    def _of_another_form(self, begun: bytes) -> Answer:
        answer = HTTPResponse(_Begun(begun, self.sock), method="POST")  # type: ignore[arg-type]  # it asks for makefile alone
        answer.begin()
        body = answer.read()
        if answer.will_close:
            self.close()  # type: ignore[attr-defined]
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


class _Begun(io.RawIOBase):
    """A socket of which something was read already."""

    def __init__(self, begun: bytes, rest: Any) -> None:
        self.begun, self.rest = begun, rest

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.begun:
            return int(self.rest.recv_into(buffer))
        piece, self.begun = self.begun[: len(buffer)], self.begun[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _read(head: bytes) -> tuple[int, dict[str, str]] | None:
    """Status and headers of an answer that has a length and nothing that http.client should look at, else None."""
    status, headers = _STATUS.match(head), _HEADER.findall(head)
    if status is None or len(headers) != head.count(b"\n") - 1:
        return None
    read = {name.decode().lower(): value.decode("latin-1").rstrip() for name, value in headers}
    plain = len(read) == len(headers) and "transfer-encoding" not in read and read.get("content-length", "").isdecimal()
    return (int(status[1]), read) if plain else None


class Connection(_Exchange, HTTPConnection):  # type: ignore[misc]  # fewer parameters: the sender's alone
    """Without TLS: the embedded AWS's."""


class SecureConnection(_Exchange, HTTPSConnection):  # type: ignore[misc]
    """With TLS."""
