"""gunicorn's threaded worker behind a buffer: a thread never waits for a client, and a stop never meets an open door.

gunicorn's own gthread worker gives every new connection a thread for up to five seconds, and one that sends its headers or
body slowly a thread for as long as it likes: sixteen such clients stop the service. In production API Gateway and the load
balancer stand in front and buffer; a container does not rely on it. Here the main loop collects each request (in memory, from
64 KB on in a temporary file) and only whole ones reach a thread. `/healthz` has a thread of its own: a container that has much
to do is alive, and the load balancer must not take it for dead. A worker with more connections than another lets that one take
the next: load balancers keep connections for long, and one worker with most of them leaves the other's core idle.

It leans on methods of gunicorn that are not documented, so gunicorn is pinned and tests/security/test_gunicorn.py names what
changed when it is not the one that this was written for; tests/prove/test_load_*.py hold what it does.
"""

import errno
import mmap
import selectors
import socket
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gunicorn import http  # type: ignore[import-untyped]
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker  # type: ignore[import-untyped]

from todo_project.connection import HEAD_MAX, LINGER_SECONDS, WHOLE, Client, Connection, refusal
from todo_project.draining import draining
from todo_project.telemetry.arrival import arrived

if TYPE_CHECKING:
    from concurrent.futures import Future

YIELDS, YIELD_SECONDS = 5, 0.0002
"""How often and how long a new connection is left to a worker that has fewer; then whoever sees it takes it."""

_SLOTS: Final = 64
_FREE: Final = -1
# Connections of each worker, in memory that all share, as it is made before the fork; a worker writes its own place alone.
_connections = memoryview(mmap.mmap(-1, 4 * _SLOTS)).cast("i")
_connections[:] = memoryview(array("i", [_FREE] * _SLOTS))

STOP_LOOK_SECONDS: Final = 0.1
_HEALTH: Final = b"GET /healthz HTTP/"


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """`worker_class` of both containers."""

    def __init__(self, age: int, *arguments: Any, **options: Any) -> None:
        self._slot = age % _SLOTS
        super().__init__(age, *arguments, **options)
        self.arriving: dict[Connection, None] = {}  # in the order they came
        self._looked = self._notified = 0.0

    @property
    def nr_conns(self) -> int:
        """gunicorn's count of open connections, where the other workers see it."""
        return _connections[self._slot]

    @nr_conns.setter
    def nr_conns(self, count: int) -> None:
        _connections[self._slot] = count

    def ended(self) -> None:
        """In the master: nobody waits for this worker any more."""
        _connections[self._slot] = _FREE

    def init_process(self) -> None:
        """After the fork."""
        self.health = ThreadPoolExecutor(1)
        super().init_process()

    def notify(self) -> None:
        """Once a turn of the main loop; a sign of life a second is enough for the master."""
        now = time.monotonic()
        if now - self._notified >= 1:
            self._notified = now
            super().notify()
        if draining():
            self.max_keepalived = -1  # every answer now says `Connection: close`

    def accept(self, listener: socket.socket) -> None:
        """A new connection waits in the main loop, not in a thread."""
        for _ in range(YIELDS):
            if not any(_FREE < count < self.nr_conns for count in _connections):
                break
            time.sleep(YIELD_SECONDS)
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self._await(Connection(self.cfg, Client(client), address, listener.getsockname()))

    def _make_room(self) -> None:
        """Lets go of the connection that has been silent for longest, else of the slowest: they cannot shut others out."""
        oldest = next((conn for conn in self.arriving if not conn.head), None) or next(iter(self.arriving), None)
        if oldest:
            self._forget(oldest)

    def _await(self, conn: Connection) -> None:
        self.arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: Connection, _client: Client) -> None:
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

    def _take(self, conn: Connection, data: bytes) -> None:
        try:
            status = conn.add(data)
        except OSError:
            self._forget(conn)
            return
        if status == WHOLE:
            self.poller.unregister(conn.sock)
            del self.arriving[conn]
            conn.arrived = time.monotonic()
            self.enqueue_req(conn)
        elif status is not None:
            self._refuse(conn, status)

    def enqueue_req(self, conn: Connection) -> None:
        """A whole request waits for a thread; a question of health for its own."""
        threads = self.health if conn.head.startswith(_HEALTH) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle(self, conn: Connection) -> Any:
        """In a worker thread."""
        arrived.set(conn.arrived)
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """In a worker thread: the answer goes out in one piece, where gunicorn sends its head and its body apart."""
        keep = super().handle_request(req, conn)
        conn.sock.flush()
        return keep

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """At a stop it looks more often whether a connection has been waited for long enough."""
        super().wait_for_and_dispatch_events(timeout if self.alive else min(timeout, STOP_LOOK_SECONDS))

    def _refuse(self, conn: Connection, status: int) -> None:
        """Answers from here, then reads on for a moment: closing on unread bytes would take the answer back."""
        try:
            conn.sock.send(refusal(status))
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(conn)
            return
        conn.lingering = True
        conn.deadline = time.monotonic() + LINGER_SECONDS

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        self.nr_conns -= 1
        conn.close()

    def handle_error(self, req: Any, client: Client, addr: Any, exc: BaseException) -> None:
        """What gunicorn's parser refuses, and what nobody caught: gunicorn's own page repeats what was sent."""
        malformed = isinstance(exc, http.errors.ParseException)
        self.log.warning("Refused a request", exc_info=None if malformed else exc)
        with suppress(OSError):
            client.send(refusal(400 if malformed else 500))

    def murder_pending(self) -> None:
        """Once a second, and at a stop at once: requests that did not arrive in time."""
        now = time.monotonic()
        if now - self._looked < 1 and self.alive:
            return
        self._looked = now
        for conn in [conn for conn in self.arriving if conn.deadline < now]:
            if conn.head and not conn.lingering:
                self._refuse(conn, 408)
            else:
                self._forget(conn)

    def finish_request(self, conn: Connection, future: "Future[Any]") -> None:
        """Back in the main loop: the next request of a kept connection may be there already."""
        conn.stored.close()
        if future.cancelled() or future.exception() or not future.result():
            self.nr_conns -= 1
            conn.close(graceful=True)
            return
        conn.begin()
        if not self.alive:
            conn.deadline = min(conn.deadline, time.monotonic() + STOP_KEEPALIVE_LINGER)
        self._await(conn)
        if conn.rest:
            data, conn.rest = conn.rest, b""
            self._take(conn, data)

    def _cap_keepalive(self, deadline: float) -> None:
        """At a stop: connections on which nothing has begun are not waited for."""
        for conn in self.arriving:
            if not conn.head:
                conn.deadline = min(conn.deadline, deadline)
