"""The fast path's requests, signatures and failures are botocore's, and whatever it does not expect goes botocore's way."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from todo_project.aws.fast_path import accelerate, attempt
from todo_project.aws.fast_path.connection import Connections
from todo_project.aws.fast_path.signature import signed

MOMENT = datetime(2026, 11, 23, 9, 43, 5, tzinfo=UTC)
ITEM = b'{"Item":{"a":{"S":"b"}}}'
OK = b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: R\r\nContent-Length: %d\r\n\r\n%s" % (len(ITEM), ITEM)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(ITEM), ITEM)
CLOSING = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
REFUSED = b"HTTP/1.1 400 Bad\r\nContent-Length: 43\r\n\r\n" + b'{"__type":"x#ValidationException","m":"no"}'


class Peer:
    """A server that answers each request with the next of its answers; None hangs up. It counts connections."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers, self.requests, self.connections, self.pieces = answers, [], 0, 1
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while self.answers:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection:
            while self.answers and (request := self.read(connection)):
                self.requests.append(request)
                answer = self.answers.pop(0)
                if answer is None:
                    return
                for piece in self.cut(answer):
                    connection.sendall(piece)
                if b"Connection: close" in answer:
                    return
        # the client closes first, so that every answer is read

    def cut(self, answer: bytes) -> list[bytes]:
        """An answer in pieces of equal length."""
        size = -(-len(answer) // self.pieces)
        return [answer[at : at + size] for at in range(0, len(answer), size)]

    @staticmethod
    def read(connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    made: list[Peer] = []

    def start(*answers: bytes | None) -> Peer:
        made.append(Peer(list(answers)))
        return made[-1]

    yield start
    for one in made:
        one.socket.close()


@pytest.fixture(params=["stock", "fast"])
def client(request: Any) -> Iterator[Callable[..., Any]]:
    """A client of botocore's, or an accelerated one."""
    made: list[Any] = []

    def make(url: str, attempts: int = 1, patience: float = 10) -> Any:
        made.append(client_at(url, attempts, fast=request.param == "fast", patience=patience))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


@cache
def session() -> botocore.session.Session:
    made = botocore.session.Session()
    made.set_credentials("a", "b")
    return made


def client_at(url: str, attempts: int = 1, *, fast: bool = True, patience: float = 10) -> Any:
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    config = Config(connect_timeout=patience, read_timeout=patience, retries=retries)
    made = session().create_client("dynamodb", "eu-west-1", endpoint_url=url, config=config)
    if fast:
        accelerate(made, session())
    return made


def get(client: Any) -> Any:
    return client.get_item(TableName="t", Key={"a": {"S": "ü"}})


def headers_of(request: bytes) -> dict[str, str]:
    _, *lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return {line.partition(":")[0].lower(): line.partition(": ")[2] for line in lines}


def is_fast(request: bytes) -> bool:
    """botocore numbers its attempts; the fast path's is the only one without a number."""
    return "amz-sdk-request" not in headers_of(request)


def test_it_works(peer: Any, client: Any) -> None:
    server = peer(OK, OK, OK)
    one = client(server.url)
    answers = [get(one) for _ in range(3)]
    assert [answer["Item"] for answer in answers] == [{"a": {"S": "b"}}] * 3
    assert answers[0]["ResponseMetadata"]["RequestId"] == "R"
    assert server.connections == 1


def test_the_request_is_botocores(peer: Any) -> None:
    server = peer(OK, OK)
    for fast in (False, True):
        get(client_at(server.url, fast=fast))
    stock, ours = (headers_of(request) for request in server.requests)
    varying = {"authorization", "x-amz-date"}
    numbered = {"amz-sdk-invocation-id", "amz-sdk-request"}
    assert {name: ours[name] for name in ours.keys() - varying} == {
        name: stock[name] for name in stock.keys() - varying - numbered
    }
    assert ours["authorization"].split("Signature=")[0] == stock["authorization"].split("Signature=")[0]
    first, second = (request.partition(b"\r\n\r\n")[2] for request in server.requests)
    assert json.loads(first) == json.loads(second) == {"TableName": "t", "Key": {"a": {"S": "ü"}}}
    assert {request.split(b"\r\n")[0] for request in server.requests} == {b"POST / HTTP/1.1"}


def test_a_connection_that_the_other_end_closes_is_not_used_again(peer: Any, client: Any) -> None:
    server = peer(CLOSING, CLOSING, OK)
    one = client(server.url)
    assert [get(one)["Item"]["a"]["S"] for _ in range(3)] == ["b"] * 3
    assert server.connections == 3


LONG = b'{"Item":{"a":{"S":"%s"}}}' % (b"b" * 300_000)
FORMS = {
    "names in lower case": OK.lower()
    .replace(b'{"item":', b'{"Item":')
    .replace(b'"s"', b'"S"')
    .replace(b"http/1.1 200 ok", b"HTTP/1.1 200 OK"),
    "no words": OK.replace(b"200 OK", b"200", 1),
    "no spaces": OK.replace(b": ", b":"),
    "long": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LONG) + LONG,
}
ODD_FORMS = {
    "a header twice": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\nX-A: 2\r\n\r\n", 1),
    "a folded header": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\n  2\r\n\r\n", 1),
    "in chunks": CHUNKED,
    "no length": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ITEM,
    "HTTP/1.0": CLOSING.replace(b"HTTP/1.1", b"HTTP/1.0"),
}


@pytest.mark.parametrize("pieces", [1, 50])
@pytest.mark.parametrize("form", FORMS)
def test_a_response_of_dynamodbs_form_is_read(form: str, pieces: int, peer: Any) -> None:
    """In one piece, or in many that arrive one after the other."""
    server = peer(FORMS[form], FORMS[form])
    server.pieces = pieces
    one = client_at(server.url)
    for _ in range(2):
        assert set(get(one)["Item"]["a"]["S"]) == {"b"}
    assert all(map(is_fast, server.requests))


@pytest.mark.parametrize("form", ODD_FORMS)
def test_a_response_of_another_form_switches_it_off_and_botocore_tries_again(form: str, peer: Any, caplog: Any) -> None:
    server = peer(ODD_FORMS[form], OK, OK)
    one = client_at(server.url, attempts=2)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2
    assert [is_fast(request) for request in server.requests] == [True, False, False]
    assert [(record.levelname, record.msg) for record in caplog.records if record.name == attempt.__name__] == [
        ("WARNING", "The fast path to DynamoDB is off: something is not as it expects")
    ]


@pytest.mark.parametrize("part", ["signed", "_parsed", "datetime"])
def test_a_part_that_breaks_switches_it_off_and_fails_no_call(part: str, peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update of botocore or urllib3 that it was not written for."""
    server = peer(OK, OK, OK)
    one = client_at(server.url)
    monkeypatch.setattr(attempt, part, None)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2
    assert not is_fast(server.requests[-1])


def test_a_header_it_does_not_know_is_botocores_matter(peer: Any) -> None:
    server = peer(OK)
    one = client_at(server.url)
    one.meta.events.register("before-call.dynamodb.GetItem", lambda params, **_: params["headers"].update({"X-Amz-New": "1"}))
    assert get(one)["Item"] == {"a": {"S": "b"}}
    assert headers_of(server.requests[0])["x-amz-new"] == "1"


def test_what_comes_after_a_response_is_not_the_next_ones(peer: Any) -> None:
    """botocore's way would wait for the rest of it."""
    server = peer(OK + b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", OK)
    one = client_at(server.url)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2


def test_a_header_with_a_line_break_is_not_sent(peer: Any) -> None:
    server = peer(OK)
    connections = Connections(server.url, connect_timeout=10, read_timeout=10, authorities="")
    with pytest.raises(ValueError, match="line break"):
        connections.post({"Host": "a\r\nX: b"}, b"")
    assert server.requests == []


def test_an_error_is_an_error_after_one_request(peer: Any, client: Any) -> None:
    server = peer(REFUSED, OK)
    with pytest.raises(ClientError, match="ValidationException"):
        get(client(server.url, attempts=2))
    assert len(server.requests) == 1


def test_hanging_up_is_tried_again(peer: Any, client: Any) -> None:
    answer = get(client(peer(None, OK).url, attempts=2))
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize("answer", [None, CLOSING[:-3], b"no HTTP\r\n\r\n"])
def test_half_a_response_is_a_closed_connection(answer: bytes | None, peer: Any, client: Any) -> None:
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        get(client(peer(answer, answer).url, attempts=2))


def test_with_one_attempt_the_failure_is_one_of_botocores(peer: Any) -> None:
    with pytest.raises(HTTPClientError, match="IncompleteRead"):
        get(client_at(peer(None).url))


def test_silence_is_a_read_timeout(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ReadTimeoutError):
        get(client(f"http://127.0.0.1:{silent.getsockname()[1]}", attempts=2, patience=0.3))


def test_nobody_there_is_an_endpoint_error(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(EndpointConnectionError):
        get(client(f"http://127.0.0.1:{port}", attempts=2))


def test_a_connection_that_is_never_made_is_a_connect_timeout(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", never)
    monkeypatch.setattr("urllib3.util.connection.create_connection", never)
    with pytest.raises(ConnectTimeoutError):
        get(client("http://127.0.0.1:9", attempts=2))


def test_another_certificate_is_refused(client: Any, tmp_path: Any) -> None:
    server = _tls_server(tmp_path)
    with server, pytest.raises(SSLError):
        get(client(f"https://localhost:{server.getsockname()[1]}", attempts=2))


@pytest.mark.parametrize("credentials", [("AKIA", "secret"), ("ASIA", "secret", "a/session+token==")])
@pytest.mark.parametrize("body", [b"{}", '{"TableName":"ü"}'.encode()])
def test_the_signature_is_botocores(credentials: tuple[str, ...], body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    host = "dynamodb.eu-west-1.amazonaws.com"
    keys = Credentials(*credentials)
    ours = signed(plain, body, host=host, region="eu-west-1", credentials=keys, stamp=f"{MOMENT:%Y%m%dT%H%M%SZ}")

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda **_: MOMENT.replace(tzinfo=None))
    request = AWSRequest("POST", f"https://{host}/", headers=plain, data=body)
    SigV4Auth(keys, "dynamodb", "eu-west-1").add_auth(request)
    for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token"):
        assert ours.get(name) == request.headers.get(name)


def test_without_credentials_nothing_is_sent(peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session(), "get_credentials", lambda: None)
    server = peer(OK)
    with pytest.raises(NoCredentialsError):
        get(client_at(server.url))
    assert server.requests == []


@pytest.mark.parametrize(("proxy", "is_on"), [("", True), ("http://127.0.0.1:9", False)])
def test_with_a_proxy_it_is_off(proxy: str, is_on: bool, peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = peer(OK)
    if proxy:
        monkeypatch.setenv("http_proxy", server.url)
    get(client_at(server.url))
    assert is_fast(server.requests[0]) == is_on


def _tls_server(folder: Any) -> socket.socket:
    """A server whose certificate nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    listening = socket.create_server(("127.0.0.1", 0))

    def handshakes() -> None:
        while True:
            try:
                connection, _ = listening.accept()
                with connection, context.wrap_socket(connection, server_side=True):
                    pass
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=handshakes, daemon=True).start()
    return listening
