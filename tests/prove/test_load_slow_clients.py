"""Slow and hostile clients: the others hardly notice."""

import contextlib
import itertools
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.prove.load import Load, Request
from tests.prove.serving import Container, Stubbed, answers, percentile

REQUESTS = 600
GOOD = [Request("GET", "/api/me/todos?limit=10"), Request("POST", "/api/me/todos", b'{"title": "Buy milk"}')]
IDLE, SLOW = 1000, 200


class Crowd:
    """Sockets that misbehave until they are let go."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sockets: list[socket.socket] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def connect(self) -> socket.socket:
        """One more."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.sockets.append(made)
        return made

    def drip(self, head: bytes, drop: bytes, every: float) -> None:
        """Each sends its head, then a drop now and then, for ever."""
        for one in self.sockets:
            one.sendall(head)

        def go_on() -> None:
            # One after the other, so that it is a drip and not a wave of this process's own making.
            for one in itertools.cycle(self.sockets):
                if self._stop.wait(every / len(self.sockets)):
                    return
                with contextlib.suppress(OSError):
                    one.send(drop)

        self._threads.append(threading.Thread(target=go_on, daemon=True))
        self._threads[-1].start()

    def leave(self) -> None:
        """All of them."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for one in self.sockets:
            one.close()


def idle(crowd: Crowd) -> None:
    """Connections that never say anything."""
    for _ in range(IDLE):
        crowd.connect()


def slow_headers(crowd: Crowd) -> None:
    """A header line every two seconds."""
    for _ in range(SLOW):
        crowd.connect()
    crowd.drip(b"GET /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-A: b\r\n", 2)


def slow_bodies(crowd: Crowd) -> None:
    """A byte of a JSON body every two seconds."""
    for _ in range(SLOW):
        crowd.connect()
    crowd.drip(b"POST /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000\r\n\r\n", b"x", 2)


def slow_uploads(crowd: Crowd) -> None:
    """A few bytes of a large upload every two seconds."""
    for _ in range(SLOW):
        crowd.connect()
    head = b"POST /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    crowd.drip(head + b"Content-Length: 10000000\r\n\r\n", b"x" * 100, 2)


def half_closed(crowd: Crowd) -> None:
    """Half a request, then the sending side closed."""
    for _ in range(SLOW):
        one = crowd.connect()
        one.sendall(b"POST /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nabc")
        one.shutdown(socket.SHUT_WR)


def unread(crowd: Crowd) -> None:
    """Requests whose answers nobody reads."""
    for _ in range(SLOW):
        one = crowd.connect()
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 5)


def garbage(crowd: Crowd) -> None:
    """What is no HTTP, from clients that do not leave."""
    for _ in range(SLOW):
        crowd.connect().sendall(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")


@pytest.fixture
def options() -> dict[str, str]:
    """Variables of the container besides those of production."""
    return {}


@pytest.fixture
def container(tmp_path: Path, options: dict[str, str]) -> Iterator[tuple[Container, Stubbed]]:
    """todos, as in production: two workers of twelve threads."""
    wanted = 4 * IDLE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    stubbed = Stubbed(tmp_path)
    stubbed.start()
    served = Container("todos", {**stubbed.variables(), **options})
    yield served, stubbed
    served.stop()
    stubbed.stop()


def p99(container: Container, stubbed: Stubbed) -> float:
    """Seconds, of ordinary requests by two ordinary clients; none may fail."""
    load = Load(lambda: container.url, GOOD, stubbed.authorization, clients=2, limit=REQUESTS)
    outcome = load.start().finish(120)
    assert outcome.failures == []
    assert len(outcome.seconds) == REQUESTS
    return percentile(outcome.seconds, 0.99)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("crowd", [idle, slow_headers, slow_bodies, slow_uploads, half_closed, unread, garbage])
def test_others_go_on(crowd: Callable[[Crowd], None], container: tuple[Container, Stubbed], proof: Any) -> None:
    proof.of(
        "Always there",
        "Beside slow and hostile clients, others' p99 stays within 3 times of the quiet p99",
        f"{IDLE} idle connections; {SLOW} each of slow headers, slow bodies, slow uploads, half-closed, unread answers, garbage; "
        "the median of three pairs of quiet and crowded runs",
    )
    served, stubbed = container
    p99(served, stubbed)  # warms up
    ratios = []
    for _ in range(3):
        quiet = p99(served, stubbed)
        people = Crowd(served.port)
        try:
            crowd(people)
            time.sleep(0.5)  # the crowd's own arrival is not what is measured
            crowded = p99(served, stubbed)
        finally:
            people.leave()
        ratios.append(crowded / quiet)
    proof.times = 6 * REQUESTS
    proof.found = f"{crowd.__name__.replace('_', ' ')}: {sorted(ratios)[1]:.1f} times"
    assert sorted(ratios)[1] <= 3.0, ratios


@pytest.mark.timeout(120)
@pytest.mark.parametrize("options", [{"GUNICORN_CMD_ARGS": "--worker-class gthread"}])
@pytest.mark.parametrize("crowd", [slow_headers, slow_bodies])
def test_with_gunicorns_own_worker_others_wait(
    crowd: Callable[[Crowd], None], container: tuple[Container, Stubbed], proof: Any
) -> None:
    proof.of(
        "Always there",
        "The test of slow clients can fail",
        "the same crowds before gunicorn's own threaded worker: one of three questions at least must get no answer in 3 s",
    )
    served, _ = container
    people = Crowd(served.port)
    try:
        crowd(people)
        assert not all(answers(f"{served.url}/healthz", seconds=3) for _ in range(3))
    finally:
        people.leave()
    proof.times, proof.found = 1, "no answer, as it must be"
