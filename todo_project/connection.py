"""A client's connection to the worker, and the request that is arriving on it: what one takes, and how it is refused."""

import json
import re
import socket
import struct
import tempfile
import time
from contextlib import suppress
from typing import Any, Final

from gunicorn import http  # type: ignore[import-untyped]
from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn  # type: ignore[import-untyped]

WHOLE: Final = 200
HEAD_MAX: Final = 64 * 1024
BODY_MAX: Final = 11 * 1024 * 1024
IN_MEMORY: Final = 64 * 1024
REQUEST_SECONDS: Final = 30
"""From a request's first byte to its last: what API Gateway allows for the whole exchange."""
SEND_SECONDS: Final = 10
"""For one piece of an answer to a client that does not read."""
LINGER_SECONDS: Final = 2
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)

_REFUSALS: Final = {
    400: ("Bad Request", "bad-request", "The request is malformed."),
    408: ("Request Timeout", "request-timeout", f"A request must arrive within {REQUEST_SECONDS} seconds. Send it again."),
    411: ("Length Required", "length-required", "Send the body with a Content-Length, not in chunks."),
    413: (
        "Content Too Large",
        "too-large",
        "A request may have 10 MB at most. Reserve a direct upload of a larger file with a JSON body.",
    ),
    500: ("Internal Server Error", "internal-error", "Something went wrong here."),
    431: ("Request Header Fields Too Large", "headers-too-large", f"Headers may have {HEAD_MAX // 1024} KB at most."),
}


def refusal(status: int) -> bytes:
    """A whole answer that Django never hears of."""
    title, code, detail = _REFUSALS[status]
    document = {"type": f"urn:problem:todo:{code}", "title": title, "status": status, "detail": detail, "requestID": "-"}
    body = json.dumps(document)
    head = (
        f"HTTP/1.1 {status} {title}\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return (head + body).encode()


class _Stored(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn's parser reads: a request that has arrived, never the socket."""

    source: Any = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        piece: bytes = self.source.read(max(size_hint or 0, self.mxchunk))
        return piece


class Client:
    """A client's socket as gunicorn sees it: reading never waits, and small pieces of an answer wait to go out together.

    Python's switches between waiting and not waiting are a system call each, and each lets another thread in.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self._sock, self._pieces = sock, bytearray()
        self.fileno, self.shutdown, self.close = sock.fileno, sock.shutdown, sock.close

    def setblocking(self, _waits: bool) -> None:
        """Nothing: each call below knows whether it may wait."""

    settimeout = setblocking

    def recv(self, size: int) -> bytes:
        """What has arrived.

        :raises BlockingIOError: nothing has.
        """
        return self._sock.recv(size, socket.MSG_DONTWAIT)

    def send(self, data: bytes) -> int:
        """Sends at once what the client has room for."""
        return self._sock.send(data, socket.MSG_DONTWAIT)

    def sendall(self, data: bytes) -> None:
        """Sends when it is worth it; `flush` sends the rest."""
        self._pieces += data
        if len(self._pieces) > IN_MEMORY:
            self.flush()

    def flush(self) -> None:
        """Waits until the client has taken it all, but not for long.

        :raises OSError: it did not, or is gone.
        """
        data, self._pieces = self._pieces, bytearray()
        if data:
            self._sock.sendall(data)


class Connection(TConn):  # type: ignore[misc]
    """A connection and the request that is arriving on it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.initialized = False
        self.data_ready = True
        self.rest = b""
        self.arrived = 0.0
        self.begin()

    def begin(self) -> None:
        """The next request."""
        self.deadline = time.monotonic() + self.cfg.keepalive
        self.head = bytearray()
        self.body_left: int | None = None
        self.stored = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 closed when the request is done
        self.lingering = False

    def add(self, data: bytes) -> int | None:
        """Takes bytes: None while the request is incomplete, 200 when it is whole, else the status to refuse it with."""
        if self.body_left is None:
            if not self.head:
                self.deadline = time.monotonic() + REQUEST_SECONDS
            searched = max(0, len(self.head) - 3)
            self.head += data
            end = self.head.find(b"\r\n\r\n", searched)
            if end < 0:
                return 431 if len(self.head) > HEAD_MAX else None
            head, data = bytes(self.head[: end + 4]), bytes(self.head[end + 4 :])
            if _CHUNKED.search(head):
                return 411
            # A length that is none is 0 here: gunicorn refuses the request itself.
            length = _LENGTH.search(head)
            self.body_left = int(length.group(1)) if length else 0
            if self.body_left > BODY_MAX:
                return 413
            if self.body_left > len(data) and _EXPECT.search(head):
                self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.stored.write(head)
        self.stored.write(data[: self.body_left])
        self.rest = data[self.body_left :]
        self.body_left -= min(len(data), self.body_left)
        return None if self.body_left else WHOLE

    def init(self) -> None:
        """In a worker thread: lets the parser read what has arrived."""
        if not self.initialized:
            self.initialized = True
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
            self.parser.unreader = _Stored(self.sock)
        self.stored.seek(0)
        self.parser.unreader.source = self.stored

    def close(self, graceful: bool = False) -> None:
        """Never waits for the client: gunicorn's own does so, in the main loop."""
        self.stored.close()
        if graceful:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_WR)
                self.sock.recv(HEAD_MAX)
        super().close()
