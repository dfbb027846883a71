"""Load on 127.0.0.1: a fixed number of clients, each one request after the other, for a bounded time and count."""

import asyncio
import http.client
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import httpx


@dataclass
class Outcome:
    """What became of the requests."""

    seconds: list[float] = field(default_factory=list)
    failures: list[tuple[float, str]] = field(default_factory=list)  # when it started, and why
    statuses: dict[int, int] = field(default_factory=dict)
    in_a_row: int = 0  # the most failures of one client without a success between


def trace() -> str:
    """An `X-Amzn-Trace-Id` as the load balancer makes it now."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"


async def offer(url: str, headers: dict[str, str], *, rate: int, seconds: int) -> list[tuple[int, float]]:
    """Sends `rate` GETs a second, each over its own connection, however slow the responses are: (status, seconds) of each."""

    async def get(client: httpx.AsyncClient, after: float) -> tuple[int, float]:
        await asyncio.sleep(after)
        begun = time.monotonic()
        response = await client.get(url, headers={**headers, "X-Amzn-Trace-Id": trace()})
        return response.status_code, time.monotonic() - begun

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None, max_keepalive_connections=0)) as client:
        return await asyncio.gather(*(get(client, number / rate) for number in range(rate * seconds)))


@dataclass(frozen=True)
class Request:
    """One kind of request."""

    method: str
    path: str
    body: bytes | None = None
    content_type: str = "application/json"


class Load:
    """`clients` threads that send until stopped, or until `limit` requests are sent; paused when `rate` (a second) is met."""

    def __init__(
        self,
        where: Callable[[], str],
        requests: Sequence[Request],
        headers: dict[str, str],
        *,
        clients: int = 4,
        limit: int = 1_000_000,
        good: tuple[int, ...] = (200, 201, 204),
        reconnect: int = 0,
    ) -> None:
        self.where, self.requests, self.headers, self.limit, self.good = where, requests, headers, limit, good
        self.reconnect = reconnect  # a new connection after so many requests; 0: never
        self.outcome = Outcome()
        self._numbers = count()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(clients)]

    def start(self) -> "Load":
        """Begins."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> Outcome:
        """Ends; requests in hand are waited for."""
        self._stop.set()
        return self.finish()

    def finish(self, seconds: float = 600) -> Outcome:
        """Waits until `limit` is reached."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        self._stop.set()
        return self.outcome

    def _send(self) -> None:
        connection, target, sent, in_a_row = None, "", 0, 0
        while not self._stop.is_set():
            number = next(self._numbers)
            if number >= self.limit:
                break
            request = self.requests[number % len(self.requests)]
            now = self.where()
            sent += 1
            if connection is None or target != now or (self.reconnect and sent % self.reconnect == 0):
                if connection:
                    connection.close()
                address = urlsplit(now)
                connection, target = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30), now
            begun = time.monotonic()
            try:
                headers = {**self.headers, **({"Content-Type": request.content_type} if request.body else {})}
                connection.request(request.method, request.path, request.body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                in_a_row += 1
                with self._lock:
                    self.outcome.failures.append((begun, repr(error)))
                    self.outcome.in_a_row = max(self.outcome.in_a_row, in_a_row)
                connection.close()
                connection = None
                continue
            took, in_a_row = time.monotonic() - begun, 0
            with self._lock:
                self.outcome.seconds.append(took)
                self.outcome.statuses[answer.status] = self.outcome.statuses.get(answer.status, 0) + 1
                if answer.status not in self.good:
                    self.outcome.failures.append((begun, str(answer.status)))
        if connection:
            connection.close()
