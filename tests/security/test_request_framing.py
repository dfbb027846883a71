"""Where a request ends, tried on the real server by raw bytes: no byte of a body is ever taken for a request."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import canned
from tests.prove.serving import Container, Stubbed
from tests.security.promises import HEADERS
from tests.security.raw import CHUNKED, END, HIDDEN, HIDDEN_ID, HOST, LAST, chunk, exchange, length, statuses

pytestmark = pytest.mark.promise(
    "A request ends where its sender and every proxy say it ends; what is ambiguous is refused",
    "raw bytes to gunicorn with each service: lengths of many digits, two lengths, lengths and chunks, bare LF, folded headers",
    chapter="Always there",
)
PATHS = {"todos": b"/api/me/todos", "files": f"/api/{canned.TODO_ID}/files".encode()}
NOT_JSON, TOO_LARGE = 400, 413


@dataclass(frozen=True)
class Served:
    """A service, and the start of a POST of JSON by somebody it knows."""

    container: Container
    post: bytes
    log: Path

    def ask(self, sent: bytes) -> list[int]:
        """The statuses of all responses. What a body hides is never a request."""
        found = statuses(exchange(self.container.port, sent))
        assert HIDDEN_ID not in self.log.read_text(encoding="utf-8")
        return found


@pytest.fixture(scope="module", params=PATHS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One container, of one worker."""
    folder = tmp_path_factory.mktemp("framing")
    stubbed, log = Stubbed(folder), folder / "log"
    stubbed.start()
    variables = {**stubbed.variables(), "WEB_CONCURRENCY": "1", "LOG_LEVEL": "INFO"}
    container = Container(request.param, variables, log=log)
    headers = f"Content-Type: application/json\r\nAuthorization: {stubbed.authorization['Authorization']}\r\n"
    yield Served(container, b"POST %s HTTP/1.1\r\n%s%s" % (PATHS[request.param], HOST, headers.encode()), log)
    container.stop()
    stubbed.stop()


def test_it_works(served: Served) -> None:
    """Pipelined requests get their responses in order, also when a body is left unread."""
    unread = b"GET /api/nothing HTTP/1.1\r\n" + HOST + length(len(HIDDEN)) + b"\r\n" + HIDDEN
    read = served.post + length(len(HIDDEN)) + b"\r\n" + HIDDEN
    assert served.ask(unread + read + unread + LAST) == [404, NOT_JSON, 404, 404]


def test_a_request_byte_by_byte_is_one_request(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.container.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LAST:
            connection.send(bytes([byte]))
        assert statuses(connection.recv(65536)) == [404]


@pytest.mark.parametrize("digits", [19, 20, 40, 400])
def test_zeros_before_a_length_change_nothing(digits: int, served: Served) -> None:
    padded = b"%0*d" % (digits, len(HIDDEN))
    assert served.ask(served.post + length(padded) + b"\r\n" + HIDDEN + LAST) == [NOT_JSON, 404]


@pytest.mark.parametrize("digits", [7, 18, 19, 20, 40, 4300])
def test_an_enormous_length_is_refused_at_once_and_nothing_follows(digits: int, served: Served) -> None:
    filler = b"x" * 70_000  # more than the server reads before it closes
    assert served.ask(served.post + length(b"9" * digits) + b"\r\n" + HIDDEN + LAST + filler) == [TOO_LARGE]


def test_chunks_are_a_body(served: Served) -> None:
    body = chunk(HIDDEN[:7]) + chunk(HIDDEN[7:]) + END
    assert served.ask(served.post + CHUNKED + b"\r\n" + body + LAST) == [NOT_JSON, 404]


def test_chunks_without_end_are_too_large(served: Served) -> None:
    body = chunk(HIDDEN + b"x" * 1024**2) * 12 + LAST
    assert served.ask(served.post + CHUNKED + b"\r\n" + body) == [TOO_LARGE]


REFUSED = {
    "length and chunks, CL.TE": length(4) + CHUNKED + b"\r\n" + END + HIDDEN,
    "chunks and length, TE.CL": CHUNKED + length(4) + b"\r\n" + chunk(HIDDEN) + END,
    "two lengths": length(0) + length(len(HIDDEN)) + b"\r\n" + HIDDEN,
    "the same length twice": length(len(HIDDEN)) * 2 + b"\r\n" + HIDDEN,
    "two lengths in one": length(b"0, %d" % len(HIDDEN)) + b"\r\n" + HIDDEN,
    "a negative length": length(b"-1") + b"\r\n" + HIDDEN,
    "a length with a sign": length(b"+5") + b"\r\n" + HIDDEN,
    "a length in hexadecimal": length(b"0x5") + b"\r\n" + HIDDEN,
    "a length with a separator": length(b"1_0") + b"\r\n" + HIDDEN,
    "a length of another script": length("٥".encode()) + b"\r\n" + HIDDEN,
    "a length that is a superscript": length(b"\xb2") + b"\r\n" + HIDDEN,
    "no length in the length": length(b"") + b"\r\n" + HIDDEN,
    "more digits than Python reads": length(b"9" * 4301) + b"\r\n" + HIDDEN,
    "a blank before the colon": b"Content-Length : 5\r\n\r\n" + HIDDEN,
    "a blank before the colon of chunks": b"Transfer-Encoding : chunked\r\n\r\n" + END + HIDDEN,
    "a length in a folded header": b"X-A: b\r\n Content-Length: 5\r\n\r\n" + HIDDEN,
    "a folded length": b"Content-Length:\r\n 5\r\n\r\n" + HIDDEN,
    "a bare LF after a header": b"X-A: b\nContent-Length: 5\r\n\r\n" + HIDDEN,
    "a bare CR in a header": b"X-A: b\rContent-Length: 5\r\n\r\n" + HIDDEN,
    "a null in a header": b"X-A: \x00\r\n\r\n" + HIDDEN,
    "a header without a colon": b"X-A\r\n\r\n" + HIDDEN,
    "chunked twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n" + END + HIDDEN,
    "chunked before something else": b"Transfer-Encoding: chunked, gzip\r\n\r\n" + END + HIDDEN,
    "no chunks in the end": b"Transfer-Encoding: gzip\r\n\r\n" + HIDDEN,
    "a chunk of no size": CHUNKED + b"\r\n\r\n" + HIDDEN,
    "a chunk of a negative size": CHUNKED + b"\r\n-5\r\n" + HIDDEN,
    "a chunk of size 0x5": CHUNKED + b"\r\n0x5\r\n" + HIDDEN,
    "a chunk longer than its size": CHUNKED + b"\r\n5\r\n" + HIDDEN + END,
    "a length in a trailer": CHUNKED + b"\r\n0\r\nContent-Length: 5\r\n\r\n" + HIDDEN,
    "a second Host": HOST + length(0) + b"\r\n" + HIDDEN,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_ambiguous_is_refused_and_nothing_follows(name: str, served: Served) -> None:
    assert served.ask(served.post + REFUSED[name] + LAST) == [400]


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, b"GET /api/nothing HTTP/1.1\r\n\r\n"),  # no Host
        (400, b"GET /api/nothing HTTP/1.1\n" + HOST + b"\r\n"),
        (400, b"GET /api/nothing\r\n\r\n"),
        (400, b"GET /api/nothing HTTP/2.0\r\n" + HOST + b"\r\n"),
        (400, b"GET /api/nothing HTTP/1.1 HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"GET \xff HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"get /api/nothing HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, b"CONNECT-ME\r\n\r\n"),
        (400, b"\x16\x03\x01\x02\x00\x01\r\n\r\n"),  # TLS
        (400, b"POST /api/nothing HTTP/1.0\r\n" + CHUNKED + b"\r\n" + END),
        (414, b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        (417, b"GET /api/nothing HTTP/1.1\r\n" + HOST + b"Expect: 200-ok\r\n\r\n"),
        (431, b"GET /api/nothing HTTP/1.1\r\n" + HOST + b"X-A: " + b"x" * 9000 + b"\r\n\r\n"),
        (431, b"GET /api/nothing HTTP/1.1\r\n" + HOST + b"X-A: b\r\n" * 100 + b"\r\n"),
        (501, b"POST /api/nothing HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n" + END),
    ],
)
def test_what_is_no_request_is_refused_and_nothing_follows(status: int, sent: bytes, served: Served) -> None:
    assert served.ask(sent + LAST) == [status]


def test_an_absolute_address_is_its_path(served: Served) -> None:
    assert served.ask(b"GET http://127.0.0.1/healthz HTTP/1.1\r\n" + HOST + b"\r\n" + LAST) == [200, 404]


def test_http_1_0_is_one_request_for_each_connection(served: Served) -> None:
    assert served.ask(b"GET /healthz HTTP/1.0\r\n\r\n" + LAST) == [200]


@pytest.mark.parametrize(("framing", "body"), [(length(2), b"[]"), (CHUNKED, chunk(b"[]") + END)], ids=["length", "chunks"])
def test_one_100_continue_before_the_body(framing: bytes, body: bytes, served: Served) -> None:
    sent = served.post + framing + b"Expect: 100-continue\r\n\r\n" + body
    assert served.ask(sent + LAST) == [100, NOT_JSON, 404]


def test_no_100_continue_for_http_1_0(served: Served) -> None:
    sent = served.post.replace(b"HTTP/1.1", b"HTTP/1.0") + length(2) + b"Expect: 100-continue\r\n\r\n[]"
    assert served.ask(sent) == [NOT_JSON]


@HEADERS
@pytest.mark.parametrize("sent", [LAST, b"GET /healthz HTTP/1.0\r\n\r\n", b"GET <script>\r\n\r\n"])
def test_the_server_names_no_version(sent: bytes, served: Served) -> None:
    head = exchange(served.container.port, sent).split(b"\r\n\r\n")[0].lower()
    assert not re.search(rb"\r\nserver:[^\r]*\d", head)
    assert b"x-powered-by" not in head


def test_the_log_repeats_nothing_that_was_refused(served: Served) -> None:
    exchange(served.container.port, b"GET /api/secret-of-alice HTTP/1.1\r\nX-Secret-Of-Alice\r\n\r\n")
    assert "secret-of-alice" not in served.log.read_text(encoding="utf-8").lower()
