"""urllib3's connections with two methods of their own: a request is one write, a response's head is split by one expression.

http.client sends head and body one after the other and reads headers with the parser for e-mail. All else stays urllib3's: the
pool, idle connections that the other end has closed, timeouts, TLS, and what becomes of each failure.
"""

import re
from collections.abc import Iterator, Mapping
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket

_PIECE: Final = 64 * 1024
_HEAD_MAX: Final = 64 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.1 ([2-5]\d\d)[ \r]")
_HEADER: Final = re.compile(rb"\n([\w-]+):[ \t]*([^\r\n]*)\r")


class UnexpectedForm(HTTPException):
    """A response that does not say its length in the way DynamoDB does."""


class Response:
    """A whole response, header names in lower case, with what urllib3 and botocore ask of one."""

    version_string = "HTTP/1.1"
    length_remaining = 0

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def stream(self) -> Iterator[bytes]:
        """The body, as botocore reads it."""
        yield self.body


class _Exchange:
    """The two methods that urllib3's pool calls on a connection."""

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

    def getresponse(self) -> Response:
        """The response, read to its end.

        :raises HTTPException: it is none, or only a part of one; urllib3 closes the connection then, as it does for OSErrors.
        """
        assert self.sock is not None  # noqa: S101 a request was sent
        if self.sock.gettimeout() != self.timeout:  # once a connection: it is for sending as well from then on
            self.sock.settimeout(self.timeout)
        data, end = b"", -1
        while end < 0:
            piece = self.sock.recv(_PIECE)
            data += piece
            end = data.find(b"\r\n\r\n")
            if not piece:
                raise IncompleteRead(data)
            if end < 0 and len(data) > _HEAD_MAX:
                raise UnexpectedForm
        status, headers = _read_head(data[: end + 2])
        length, body = int(headers["content-length"]), data[end + 4 :]
        while len(body) < length:
            piece = self.sock.recv(max(_PIECE, length - len(body)))
            if not piece:
                raise IncompleteRead(body, length - len(body))
            body += piece
        if len(body) > length or headers.get("connection", "keep-alive") != "keep-alive":
            self.close()  # type: ignore[attr-defined]
        return Response(status, headers, body[:length])


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers of a response that has a length.

    :raises UnexpectedForm: it has none, or a form that only a whole HTTP parser should read.
    """
    status, found = _STATUS.match(head), _HEADER.findall(head)
    headers = {name.decode().lower(): value.decode("latin-1").rstrip() for name, value in found}
    whole = len(headers) == len(found) == head.count(b"\n") - 1  # none repeated, none folded
    if not status or not whole or "transfer-encoding" in headers or not headers.get("content-length", "").isdecimal():
        raise UnexpectedForm
    return int(status[1]), headers


class PlainConnection(_Exchange, HTTPConnection):  # type: ignore[misc]  # fewer parameters than urllib3's
    """Without TLS: the embedded AWS's."""


class TLSConnection(_Exchange, HTTPSConnection):  # type: ignore[misc]
    """With TLS."""
