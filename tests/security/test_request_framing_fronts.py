"""What one client sends through a proxy never mixes with what another client asks over the same connection to a service."""

import secrets
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.fronts import Front, HAProxy, start_nginx
from tests.prove.serving import Container, Stubbed
from tests.security.raw import CHUNKED, END, HIDDEN, HOST, LAST, chunk, exchange, length
from tests.security.test_request_framing import REFUSED

pytestmark = pytest.mark.promise(
    "Through nginx and HAProxy nobody gets the response to another client's request",
    "the same raw bytes by one client, then requests of another over the same connections; a server that reads lengths "
    "otherwise fails the test",
    chapter="Always there",
)
PATH = "/api/me/todos"
SWALLOW = b"GET /api/hidden/todos HTTP/1.1\r\n" + HOST + b"X-Swallow: "
"""The start of a request: what another client sends would be the rest of its last header."""
SENT = {
    **REFUSED,
    "nothing odd": length(len(HIDDEN)) + b"\r\n" + HIDDEN,
    "chunks": CHUNKED + b"\r\n" + chunk(HIDDEN) + END,
    "19 digits": length(b"%019d" % len(HIDDEN)) + b"\r\n" + HIDDEN,
    "40 digits": length(b"%040d" % len(HIDDEN)) + b"\r\n" + HIDDEN,
    "19 nines": length(b"9" * 19) + b"\r\n" + HIDDEN,
    "20 nines": length(b"9" * 20) + b"\r\n" + HIDDEN,
    "40 nines": length(b"9" * 40) + b"\r\n" + HIDDEN,
    "half a request in 19 digits": length(b"%019d" % len(SWALLOW)) + b"\r\n" + SWALLOW,
    "half a request, CL.TE": length(len(END + SWALLOW)) + CHUNKED + b"\r\n" + END + SWALLOW,
    "half a request, TE.CL": CHUNKED + length(len(b"%x\r\n" % len(SWALLOW))) + b"\r\n" + chunk(SWALLOW) + END,
    "half a request that waits": b"Expect: 100-continue\r\n" + length(len(SWALLOW)) + b"\r\n" + SWALLOW,
    "an unread body": length(100_000) + b"\r\n" + HIDDEN,
}


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stubbed]:
    """A canned AWS."""
    canned_aws = Stubbed(tmp_path_factory.mktemp("service"))
    canned_aws.start()
    yield canned_aws
    canned_aws.stop()


@pytest.fixture(scope="module")
def container(stubbed: Stubbed) -> Iterator[Container]:
    """todos, of one worker."""
    served = Container("todos", {**stubbed.variables(), "WEB_CONCURRENCY": "1"})
    yield served
    served.stop()


STARTS: dict[str, Callable[[Path, int], Front]] = {
    "nginx": lambda folder, port: start_nginx(folder, todos=port, files=port),
    "haproxy": HAProxy,
}


@pytest.fixture(scope="module", params=STARTS)
def front(request: pytest.FixtureRequest, container: Container, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Each of the two, before the service."""
    one = STARTS[request.param](tmp_path_factory.mktemp("front"), container.port)
    yield one
    one.stop()


def own_responses(front: Front, headers: dict[str, str], *, count: int = 3) -> list[Any]:
    """What another client gets: (status, whether the response is that to its own request)."""
    found = []
    for _ in range(count):
        trace = f"1-6b094b74-{secrets.token_hex(12)}"
        response = httpx.get(f"{front.url}{PATH}", headers={**headers, "X-Amzn-Trace-Id": f"Root={trace}"}, timeout=10)
        found.append((response.status_code, response.headers.get("X-Request-ID") == trace))
    return found


@pytest.mark.parametrize("name", SENT)
def test_another_client_gets_its_own_responses(name: str, stubbed: Stubbed, front: Front) -> None:
    assert own_responses(front, stubbed.authorization, count=1) == [(200, True)]  # over a connection that is kept
    head = (
        f"POST {PATH} HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: {stubbed.authorization['Authorization']}\r\n"
    )
    exchange(front.port, head.encode() + HOST + SENT[name] + LAST, seconds=0.3)
    assert own_responses(front, stubbed.authorization) == [(200, True)] * 3


class Careless(socketserver.StreamRequestHandler):
    """Takes a Content-Length of more than 18 digits for none."""

    def handle(self) -> None:
        while request := self.rfile.readline():
            headers = {}
            while line := self.rfile.readline().strip():
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip()
            digits = headers.get(b"content-length", b"")
            self.rfile.read(int(digits or 0) if len(digits) <= 18 else 0)
            trace = headers.get(b"x-amzn-trace-id", b"").removeprefix(b"Root=")
            status = b"404 Not Found" if b"hidden" in request else b"200 OK"
            self.wfile.write(b"HTTP/1.1 %s\r\nX-Request-ID: %s\r\nContent-Length: 0\r\n\r\n" % (status, trace))


def test_a_server_that_reads_lengths_otherwise_fails_the_test(tmp_path: Path) -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    front = HAProxy(tmp_path, server.server_address[1])
    try:
        assert own_responses(front, {}) == [(200, True)] * 3
        exchange(front.port, b"POST / HTTP/1.1\r\n" + HOST + SENT["half a request in 19 digits"], seconds=0.3)
        assert own_responses(front, {}) != [(200, True)] * 3
    finally:
        front.stop()
        server.shutdown()
        server.server_close()
