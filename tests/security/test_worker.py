"""todo_project/worker.py in a running gunicorn, by raw bytes: what slow and hostile clients get, and that others go on."""

import json
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.serving import BlackHole, Container, Stubbed, answers, wait_until
from tests.security.promises import HEADERS

GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
pytestmark = pytest.mark.promise(
    "What is no request is refused, what is unfinished holds no thread, and `/healthz` is answered before all that waits",
    "raw bytes to gunicorn with two threads and room for twenty connections; gunicorn's own worker fails the same test",
    chapter="Always there",
)
POST = b"POST /api/me/todos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """todos with one worker of two threads and room for twenty connections; its AWS hangs."""
    hole, folder = BlackHole(), tmp_path_factory.mktemp("worker")
    options = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "2", "GUNICORN_CMD_ARGS": "--worker-connections 20"}
    served = Container("todos", {**Stubbed(folder).variables(), "AWS_ENDPOINT_URL": hole.url, **options})
    yield served
    served.stop()
    hole.stop()


@pytest.fixture
def connect(container: Container) -> Iterator[Callable[[bytes], socket.socket]]:
    """Opens a connection and sends bytes."""
    made: list[socket.socket] = []

    def call(sent: bytes = b"") -> socket.socket:
        made.append(socket.create_connection(("127.0.0.1", container.port), timeout=10))
        made[-1].sendall(sent)
        return made[-1]

    yield call
    for one in made:
        one.close()


def everything(one: socket.socket) -> bytes:
    """What comes until the other side closes."""
    received = b""
    while piece := one.recv(65536):
        received += piece
    return received


def healthy(container: Container) -> None:
    """The same worker still serves."""
    before = container.workers()
    assert httpx.get(f"{container.url}/healthz", timeout=5).json() == {"status": "alive"}
    assert container.workers() == before


def test_it_works(container: Container) -> None:
    """Twice, on one connection."""
    with httpx.Client() as client:
        places = set()
        for _ in range(2):
            answer = client.get(f"{container.url}/healthz")
            assert answer.json() == {"status": "alive"}
            places.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(places) == 1


def test_requests_sent_together_are_answered_in_order(connect: Any) -> None:
    close = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    missing = GET.replace(b"/healthz", b"/nothing")
    received = everything(connect(GET + missing + close))
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


def test_a_request_byte_by_byte_is_a_request(connect: Any) -> None:
    one = connect()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in range(len(GET)):
        one.send(GET[number : number + 1])
    assert one.recv(4096).startswith(b"HTTP/1.1 200 OK")


def test_who_asks_whether_to_go_on_is_told_to(connect: Any) -> None:
    one = connect(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
    assert one.recv(4096).startswith(b"HTTP/1.1 100 Continue")
    one.sendall(b"{}")
    assert b"HTTP/1.1 401 " in everything(one)


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, "length-required"),
        (POST + b"Content-Length: 99999999\r\n\r\n", 413, "too-large"),
        (POST + b"X-Long: <script>" + b"x" * 70_000, 431, "headers-too-large"),
        (b"<script> /\r\n\r\n", 400, "bad-request"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: -1\r\n\r\n", 400, "bad-request"),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "bad-request"),
        (POST + b"Content-Length : 2\r\n\r\n{}", 400, "bad-request"),
        (POST + b"Content-Length: 2\r\n Content-Length: 3\r\n\r\n{}", 400, "bad-request"),
    ],
)
def test_refusals(sent: bytes, status: int, code: str, connect: Any, container: Container) -> None:
    head, body = everything(connect(sent)).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["type"] == f"urn:problem:todo:{code}"
    assert b"script" not in body
    healthy(container)


@HEADERS
@pytest.mark.parametrize("sent", [GET, POST + b"Content-Length: 2\r\n\r\n{}", b"GET /\r\n\r\n"])
def test_the_server_names_no_version(sent: bytes, connect: Any) -> None:
    head = connect(sent).recv(65536).split(b"\r\n\r\n")[0].lower()
    assert b"x-content-type-options: nosniff" in head
    assert b"cache-control: no-store" in head or sent == GET
    assert not re.search(rb"\r\nserver:[^\r]*\d", head)
    assert b"x-powered-by" not in head


def test_clients_that_do_not_finish_hold_no_thread(connect: Any, container: Container) -> None:
    for half in (b"", b"GET /he", POST, POST + b"Content-Length: 100\r\n\r\nabc") * 4:
        connect(half)
    healthy(container)


def test_clients_that_do_not_finish_cannot_take_all_places(connect: Any, container: Container) -> None:
    """Of more than there is room for, the oldest go."""
    for half in (b"", b"GET /he") * 40:
        connect(half)
    healthy(container)


def test_clients_that_leave_leave_nothing_behind(connect: Any, container: Container) -> None:
    [worker] = container.workers()
    for sent in (b"", b"GET /he", POST + b"Content-Length: 100\r\n\r\nabc", b"x" * 70_000 + b"\r\n\r\n"):
        connect(sent).close()
    wait_until(lambda: container.connections(worker) == 0)
    healthy(container)


def test_health_is_answered_before_the_queue(container: Container) -> None:
    """Two threads wait for AWS, six requests for them."""
    with ThreadPoolExecutor(8) as clients:
        [worker] = container.workers()
        asked = [clients.submit(httpx.get, f"{container.url}/readyz", timeout=30) for _ in range(8)]
        wait_until(lambda: container.connections(worker) >= 8)
        healthy(container)
        assert not any(one.done() for one in asked)
        assert {one.result().status_code for one in asked} == {503}


def test_workers_share_the_connections(tmp_path: Path) -> None:
    """Clients that keep theirs must not all be one worker's. One that died is not waited for, and its successor catches up."""
    served = Container("todos", {**Stubbed(tmp_path).variables(), "WEB_CONCURRENCY": "2"})
    kept: list[socket.socket] = []

    def held() -> list[int]:
        return [served.connections(worker) for worker in served.workers()]

    def add(count: int) -> None:
        for expected in range(sum(held()) + 1, sum(held()) + count + 1):
            kept.append(socket.create_connection(("127.0.0.1", served.port)))
            wait_until(lambda expected=expected: sum(held()) == expected)

    try:
        add(20)
        assert min(held()) >= 5
        gone, left = served.workers()
        os.kill(gone, signal.SIGKILL)
        wait_until(lambda: gone not in served.workers() and len(served.workers()) == 2)
        assert left in served.workers()
        wait_until(lambda: answers(f"{served.url}/healthz"))
        add(10)
        assert min(held()) >= 5
    finally:
        served.stop()
        for one in kept:
            one.close()


def test_with_gunicorns_own_worker_slow_clients_stop_a_container(tmp_path: Path) -> None:
    """Shows that the tests above can fail."""
    options = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "2", "GUNICORN_CMD_ARGS": "--worker-class gthread"}
    served = Container("todos", {**Stubbed(tmp_path).variables(), **options})
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(4)]
    try:
        for one in slow:
            one.sendall(POST)
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{served.url}/healthz", timeout=2)
    finally:
        for one in slow:
            one.close()
        served.stop()
