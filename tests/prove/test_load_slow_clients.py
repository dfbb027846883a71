"""Slow and hostile clients behind compose's nginx and a buffer like that of AWS: the others hardly notice."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.prove.fronts import Front, HAProxy, start_nginx
from tests.prove.load import Load, Request
from tests.prove.record import QUICK
from tests.prove.serving import Container, Stubbed, answers, cpu_seconds, percentile, wait_until
from tests.prove.stub import LARGE

REQUESTS = 300 if QUICK else 600
GOOD = [Request("GET", "/api/me/todos?limit=10"), Request("POST", "/api/me/todos", b'{"title": "Buy milk"}')]
READERS, OTHERS = 40, 100
BOUND = 3.0  # times the quiet p99
HEAD = b"POST /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


class Crowd:
    """Sockets that misbehave until they leave. `large`: the header by which somebody gets a list of 900 KB."""

    def __init__(self, port: int, stubbed: Stubbed) -> None:
        self.port = port
        self.large = f"Authorization: Bearer {stubbed.issuer.access_token(LARGE)}\r\n".encode()
        self.sockets: list[socket.socket] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def connect(self, count: int, sent: bytes) -> None:
        """So many more, each of which sends this."""
        for _ in range(count):
            made = socket.socket()
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            made.settimeout(10)
            made.connect(("127.0.0.1", self.port))
            made.sendall(sent)
            self.sockets.append(made)

    def each(self, act: Callable[[socket.socket], object], *, every: float) -> None:
        """Lets each do something once in so many seconds, forever, one after the other."""

        def go_on() -> None:
            for one in itertools.cycle(self.sockets):
                if self._stop.wait(every / len(self.sockets)):
                    return
                with contextlib.suppress(OSError):
                    act(one)

        self._threads.append(threading.Thread(target=go_on, daemon=True))
        self._threads[-1].start()

    def leave(self) -> None:
        """All of them."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for one in self.sockets:
            one.close()


def slow_readers(crowd: Crowd) -> None:
    """Ten lists of 900 KB, more than the kernel takes off a server's hands, read at 256 bytes a second."""
    request = b"GET /api/me/todos?limit=100 HTTP/1.1\r\nHost: 127.0.0.1\r\n" + crowd.large + b"\r\n"
    crowd.connect(READERS, request * 10)
    crowd.each(lambda one: one.recv(256), every=1)


def unread(crowd: Crowd) -> None:
    """Many requests at once, whose responses nobody reads."""
    crowd.connect(OTHERS, b"GET /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 50)


def idle(crowd: Crowd) -> None:
    """Connections that never say anything."""
    crowd.connect(OTHERS, b"")


def slow_headers(crowd: Crowd) -> None:
    """A header every two seconds."""
    crowd.connect(OTHERS, b"GET /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    crowd.each(lambda one: one.send(b"X-A: b\r\n"), every=2)


def slow_bodies(crowd: Crowd) -> None:
    """A byte of a JSON body every two seconds."""
    crowd.connect(OTHERS, HEAD + b"Content-Length: 10000\r\n\r\n")
    crowd.each(lambda one: one.send(b"x"), every=2)


def half_closed(crowd: Crowd) -> None:
    """Half a request, then the sending side closed."""
    crowd.connect(OTHERS, HEAD + b"Content-Length: 100\r\n\r\nabc")
    for one in crowd.sockets:
        one.shutdown(socket.SHUT_WR)


@pytest.fixture
def stubbed(tmp_path: Path) -> Iterator[Stubbed]:
    """A canned AWS."""
    canned = Stubbed(tmp_path)
    canned.start()
    yield canned
    canned.stop()


@pytest.fixture
def container(stubbed: Stubbed) -> Iterator[Container]:
    """todos, as in production: two workers of twelve threads."""
    served = Container("todos", stubbed.variables())
    yield served
    served.stop()


STARTS: dict[str, Callable[[Path, int], Front]] = {
    "compose's nginx": lambda folder, port: start_nginx(folder, todos=port, files=port),
    "a buffer of 1 MB": lambda folder, port: HAProxy(folder, port, buffer_bytes=1024 * 1024),
}


@pytest.fixture(params=list(STARTS)[-1:] if QUICK else STARTS)
def front(request: pytest.FixtureRequest, container: Container, tmp_path: Path) -> Iterator[Front]:
    """Each of the two, before the container."""
    one = STARTS[request.param](tmp_path, container.port)
    yield one
    one.stop()


def settle(container: Container) -> None:
    """Waits until what the crowd asked for at its arrival is done: that is not what is measured."""

    def quiet() -> bool:
        before = [cpu_seconds(worker) for worker in container.workers()]
        time.sleep(0.5)
        return sum(cpu_seconds(worker) for worker in container.workers()) - sum(before) < 0.05

    wait_until(quiet, seconds=60)


def p99(front: Front, stubbed: Stubbed) -> float:
    """Seconds, of ordinary requests by two ordinary clients; none may fail."""
    load = Load(lambda: front.url, GOOD, stubbed.authorization, clients=2, limit=REQUESTS)
    outcome = load.start().finish(120)
    assert outcome.failures == []
    assert len(outcome.seconds) == REQUESTS
    return percentile(outcome.seconds, 0.99)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("crowd", [slow_readers, unread, idle, slow_headers, slow_bodies, half_closed])
def test_others_go_on(crowd: Callable[[Crowd], None], front: Front, container: Container, stubbed: Stubbed, proof: Any) -> None:
    proof.of(
        "Always there",
        "Beside slow and hostile clients, others' p99 stays within 3 times of the quiet p99, behind a proxy that buffers",
        f"compose's nginx, then HAProxy that holds 1 MB as AWS's fronts do; {READERS} clients read 900 KB at 256 bytes a second; "
        f"{OTHERS} each of unread responses, idle, slow headers, slow bodies, half-closed; the median of three pairs of quiet "
        "and crowded runs, or two that agree",
    )
    p99(front, stubbed)  # warms up
    ratios: list[float] = []
    while len(ratios) < 2 or (len(ratios) == 2 and min(ratios) <= BOUND < max(ratios)):
        quiet = p99(front, stubbed)
        people = Crowd(front.port, stubbed)
        try:
            crowd(people)
            settle(container)
            crowded = p99(front, stubbed)
        finally:
            people.leave()
        ratios.append(crowded / quiet)
    proof.times = 2 * len(ratios) * REQUESTS
    proof.found = f"{crowd.__name__.replace('_', ' ')}: {sorted(ratios)[1]:.1f} times"
    assert sorted(ratios)[1] <= BOUND, ratios


@pytest.mark.timeout(120)
@pytest.mark.parametrize("crowd", [slow_readers, slow_bodies])
def test_without_a_proxy_others_wait(crowd: Callable[[Crowd], None], container: Container, stubbed: Stubbed, proof: Any) -> None:
    proof.of(
        "Always there",
        "The test of slow clients can fail",
        "the same crowds before a container with nothing in front: one of three questions at least must get no response in 3 s",
    )
    people = Crowd(container.port, stubbed)
    try:
        crowd(people)
        settle(container)
        assert not all(answers(f"{container.url}/healthz", seconds=3) for _ in range(3))
    finally:
        people.leave()
    proof.times, proof.found = 1, "no response, as it must be"
