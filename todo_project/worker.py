"""gunicorn's threaded worker behind a buffer: a thread never waits for a client, and a stop never meets an open door.

gunicorn's own gthread worker gives every new connection a thread for up to five seconds, and one that sends its headers or
body slowly a thread for as long as it likes: sixteen such clients stop the service. In production API Gateway and the load
balancer stand in front and buffer; a container does not rely on it. Here the main loop collects each request (in memory, from
64 KB on in a temporary file) and only whole ones reach a thread. `/healthz` has a thread of its own: a container that has much
to do is alive, and the load balancer must not take it for dead.

It leans on methods of gunicorn that are not documented, so gunicorn is pinned and tests/security/test_gunicorn.py names what
changed when it is not the one that this was written for; tests/prove/test_load_*.py hold what it does.
"""

import errno
import json
import re
import selectors
import socket
import struct
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gunicorn import http  # type: ignore[import-untyped]
from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from todo_project.draining import draining
from todo_project.shared.arrival import arrived

if TYPE_CHECKING:
    from concurrent.futures import Future

_WHOLE: Final = 200
HEAD_MAX: Final = 64 * 1024
BODY_MAX: Final = 11 * 1024 * 1024
IN_MEMORY: Final = 64 * 1024
REQUEST_SECONDS: Final = 30
"""From a request's first byte to its last: what API Gateway allows for the whole exchange."""
SEND_SECONDS: Final = 10
"""For one piece of an answer to a client that does not read."""
LINGER_SECONDS: Final = 2

_HEALTH: Final = b"GET /healthz HTTP/"
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


def _refusal(status: int) -> bytes:
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


class _Connection(TConn):  # type: ignore[misc]
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
        return None if self.body_left else _WHOLE

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
                self.sock.setblocking(False)
                self.sock.recv(HEAD_MAX)
        super().close()


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """`worker_class` of both containers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.arriving: dict[_Connection, None] = {}  # in the order they came
        self._looked = 0.0

    def init_process(self) -> None:
        """After the fork."""
        self.health = ThreadPoolExecutor(1)
        super().init_process()

    def notify(self) -> None:
        """Once a turn of the main loop."""
        super().notify()
        if draining():
            self.max_keepalived = -1  # every answer now says `Connection: close`

    def accept(self, listener: socket.socket) -> None:
        """A new connection waits in the main loop, not in a thread."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                raise
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self._await(_Connection(self.cfg, client, address, listener.getsockname()))

    def _make_room(self) -> None:
        """Lets go of the connection that has been silent for longest, else of the slowest: they cannot shut others out."""
        oldest = next((conn for conn in self.arriving if not conn.head), None) or next(iter(self.arriving), None)
        if oldest:
            self._forget(oldest)

    def _await(self, conn: _Connection) -> None:
        conn.sock.setblocking(False)
        self.arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: _Connection, _client: socket.socket) -> None:
        """Bytes of a request, or its end."""
        if conn not in self.arriving:
            return  # let go of earlier in this turn of the loop
        try:
            data = conn.sock.recv(HEAD_MAX)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._forget(conn)
        elif not conn.lingering:
            self._take(conn, data)

    def _take(self, conn: _Connection, data: bytes) -> None:
        try:
            status = conn.add(data)
        except OSError:
            self._forget(conn)
            return
        if status == _WHOLE:
            self.poller.unregister(conn.sock)
            del self.arriving[conn]
            conn.arrived = time.monotonic()
            self.enqueue_req(conn)
        elif status is not None:
            self._refuse(conn, status)

    def enqueue_req(self, conn: _Connection) -> None:
        """A whole request waits for a thread; a question of health for its own."""
        threads = self.health if conn.head.startswith(_HEALTH) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle(self, conn: _Connection) -> Any:
        """In a worker thread."""
        arrived.set(conn.arrived)
        return super().handle(conn)

    def _refuse(self, conn: _Connection, status: int) -> None:
        """Answers from here, then reads on for a moment: closing on unread bytes would take the answer back."""
        try:
            conn.sock.send(_refusal(status))
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(conn)
            return
        conn.lingering = True
        conn.deadline = time.monotonic() + LINGER_SECONDS

    def _forget(self, conn: _Connection) -> None:
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        self.nr_conns -= 1
        conn.close()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """What gunicorn's parser refuses, and what nobody caught: gunicorn's own page repeats what was sent."""
        malformed = isinstance(exc, http.errors.ParseException)
        self.log.warning("Refused a request", exc_info=None if malformed else exc)
        with suppress(OSError):
            client.send(_refusal(400 if malformed else 500))

    def murder_pending(self) -> None:
        """Once a second: requests that did not arrive in time."""
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for conn in [conn for conn in self.arriving if conn.deadline < now]:
            if conn.head and not conn.lingering:
                self._refuse(conn, 408)
            else:
                self._forget(conn)

    def on_client_socket_readable(self, conn: _Connection, client: socket.socket) -> None:
        """The next request of a kept connection arrives."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.begin()
        self._await(conn)
        if conn.rest:
            data, conn.rest = conn.rest, b""
            self._take(conn, data)
        else:
            self._receive(conn, client)

    def finish_request(self, conn: _Connection, future: "Future[Any]") -> None:
        """Back in the main loop."""
        conn.stored.close()
        super().finish_request(conn, future)
        if conn.rest and self.keepalived_conns and self.keepalived_conns[-1] is conn:
            self.on_client_socket_readable(conn, conn.sock)

    def _cap_keepalive(self, deadline: float) -> None:
        """At a stop: connections on which nothing has begun are not waited for."""
        super()._cap_keepalive(deadline)
        for conn in self.arriving:
            if not conn.head:
                conn.deadline = min(conn.deadline, deadline)
