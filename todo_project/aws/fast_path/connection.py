"""Connections to DynamoDB on which a request is one write, and a response's head is split by one expression.

The standard library connects, with TLS. Its own client would send head and body one after the other and read headers with the
parser for e-mail. Threads share the connections; one that fails, or that the other end has closed, is not used again.
"""

import re
import ssl
import weakref
from collections import deque
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from typing import Any, Final
from urllib.parse import urlsplit

from urllib3.util import wait_for_read

_PIECE: Final = 64 * 1024
_HEAD_MAX: Final = 64 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.1 ([2-5]\d\d)[ \r]")
_HEADER: Final = re.compile(rb"\n([\w-]+):[ \t]*([^\r\n]*)\r")


class UnexpectedForm(HTTPException):
    """A response that does not say its length in the way DynamoDB does."""


class Response:
    """A whole response, header names in lower case."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def stream(self) -> Iterator[bytes]:
        """The body, as botocore reads it."""
        yield self.body


class Connections:
    """Those to one endpoint, `http://host:port` or `https://host`. Timeouts in seconds, `authorities`: a file of certificates."""

    def __init__(self, url: str, *, connect_timeout: float, read_timeout: float, authorities: str) -> None:
        parts = urlsplit(url)
        if parts.path.strip("/") or parts.query or parts.hostname is None:
            raise ValueError(f"the URL is {url}")
        self.host = parts.netloc
        self._read_timeout = read_timeout
        self._options: dict[str, Any] = {"host": parts.hostname, "port": parts.port, "timeout": connect_timeout}
        self._kind: type[HTTPConnection] = HTTPConnection
        if parts.scheme == "https":
            self._kind = HTTPSConnection
            self._options["context"] = ssl.create_default_context(cafile=authorities)
        self._idle: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close_all, self._idle)

    def post(self, headers: Mapping[str, str], body: bytes) -> Response:
        """The response to a `POST /` that has these headers and no others.

        :raises OSError: as the socket does, or HTTPException: what came is no response, or only a part of one.
        """
        lines = ["POST / HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()], "", ""]
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1:
            raise ValueError("a header has a line break in it")
        connection = self._take()
        try:
            connection.sock.sendall(head.encode("latin-1") + body)
            response, stays = _read(connection.sock)
        except BaseException:
            connection.close()
            raise
        if stays:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def _take(self) -> HTTPConnection:
        """The connection that was used last, or a new one."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if not wait_for_read(connection.sock, timeout=0):  # there is nothing to read yet, not even the end
                return connection
            connection.close()
        connection = self._kind(**self._options)
        connection.connect()
        connection.sock.settimeout(self._read_timeout)
        return connection


def _close_all(connections: deque[HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


def _read(sock: Any) -> tuple[Response, bool]:
    """A response, and whether the connection can be used again."""
    data, end = b"", -1
    while end < 0:
        piece = sock.recv(_PIECE)
        data += piece
        end = data.find(b"\r\n\r\n")
        if not piece:
            raise IncompleteRead(data)
        if end < 0 and len(data) > _HEAD_MAX:
            raise UnexpectedForm
    status, headers = _read_head(data[: end + 2])
    length, body = int(headers["content-length"]), data[end + 4 :]
    while len(body) < length:
        piece = sock.recv(max(_PIECE, length - len(body)))
        if not piece:
            raise IncompleteRead(body, length - len(body))
        body += piece
    stays = len(body) == length and headers.get("connection", "keep-alive") == "keep-alive"
    return Response(status, headers, body[:length]), stays


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
