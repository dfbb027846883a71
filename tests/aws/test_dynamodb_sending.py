"""The short way to DynamoDB: the same requests, signatures and failures as the long one, which is botocore's."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from todo_project.aws import sdk
from todo_project.aws.fast_path.connection import Connection
from todo_project.aws.fast_path.sending import Sender, send_shortly

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
            with connection:
                self.talk(connection)

    def talk(self, connection: socket.socket) -> None:
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


@pytest.fixture(params=["stock", "ours"])
def client(request: Any) -> Iterator[Callable[..., Any]]:
    """A client through botocore's session, or through ours."""
    made: list[Any] = []

    def make(url: str, attempts: int = 1) -> Any:
        session = session_with("a", "b")
        one = session.create_client(
            "dynamodb",
            region_name="eu-west-1",
            endpoint_url=url,
            config=Config(connect_timeout=0.3, read_timeout=0.3, retries={"mode": "standard", "total_max_attempts": attempts}),
        )
        if request.param == "ours":
            send_shortly(one, session)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def session_with(*credentials: str) -> botocore.session.Session:
    session = sdk.session()
    session.set_credentials(*credentials)
    return session


def get(client: Any) -> Any:
    return client.get_item(TableName="t", Key={"a": {"S": "ü"}})


def test_it_works(peer: Any, client: Any) -> None:
    server = peer(OK, CHUNKED, OK)
    one = client(server.url)
    answers = [get(one) for _ in range(3)]
    assert [answer["Item"] for answer in answers] == [{"a": {"S": "b"}}] * 3
    assert answers[0]["ResponseMetadata"]["RequestId"] == "R"
    assert server.connections == 1


def test_the_request_is_botocores(peer: Any, client: Any) -> None:
    server = peer(OK)
    get(client(server.url))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    names = {line.partition(":")[0].lower(): line.partition(": ")[2] for line in headers}
    assert first == "POST / HTTP/1.1"
    assert json.loads(body) == {"TableName": "t", "Key": {"a": {"S": "ü"}}}
    assert names["host"] == server.url.removeprefix("http://")
    assert names["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert names["accept-encoding"] == "identity"
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-target" in names["authorization"]
    assert set(names) == {
        "host",
        "accept-encoding",
        "x-amz-target",
        "content-type",
        "user-agent",
        "x-amz-date",
        "authorization",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "content-length",
    }


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
    "a header twice": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\nX-A: 2\r\n\r\n", 1),
    "a folded header": OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\n  2\r\n\r\n", 1),
    "told to go on": b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
    "in chunks": CHUNKED,
    "no length": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ITEM,
    "HTTP/1.0": CLOSING.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "long": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LONG) + LONG,
}


@pytest.mark.parametrize("pieces", [1, 50])
@pytest.mark.parametrize("form", FORMS)
def test_an_answer_of_any_form_is_read(form: str, pieces: int, peer: Any, client: Any) -> None:
    """In one piece, or in many that arrive one after the other."""
    server = peer(FORMS[form], FORMS[form])
    server.pieces = pieces
    one = client(server.url)
    for _ in range(2):
        assert set(get(one)["Item"]["a"]["S"]) == {"b"}


def test_what_comes_after_an_answer_is_not_the_next_ones(peer: Any) -> None:
    """botocore's way would wait for the rest of it."""
    session = session_with("a", "b")
    server = peer(OK + b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", OK)
    one = session.create_client("dynamodb", region_name="eu-west-1", endpoint_url=server.url)
    send_shortly(one, session)
    assert [get(one)["Item"]["a"]["S"] for _ in range(2)] == ["b"] * 2


def test_a_header_with_a_line_break_is_not_sent(peer: Any) -> None:
    server = peer(OK)
    connection = Connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    with pytest.raises(ValueError, match="line break"):
        connection.request("POST", "/", b"", {"Host": "a\r\nX: b"})
    assert server.requests == []


def test_an_error_is_an_error(peer: Any, client: Any) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        get(client(peer(REFUSED).url))


def test_hanging_up_is_tried_again(peer: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    answer = get(client(peer(None, OK).url, attempts=2))
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize("answer", [None, CLOSING[:-3], b"no HTTP\r\n\r\n"])
def test_half_an_answer_is_a_closed_connection(answer: bytes | None, peer: Any, client: Any) -> None:
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        get(client(peer(answer).url))


def test_silence_is_a_read_timeout(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ReadTimeoutError):
        get(client(f"http://127.0.0.1:{silent.getsockname()[1]}"))


def test_nobody_there_is_an_endpoint_error(client: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(EndpointConnectionError):
        get(client(f"http://127.0.0.1:{port}"))


def test_a_connection_that_is_never_made_is_a_connect_timeout(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", never)
    monkeypatch.setattr("urllib3.util.connection.create_connection", never)
    with pytest.raises(ConnectTimeoutError):
        get(client("http://127.0.0.1:9"))


def test_another_certificate_is_refused(client: Any, tmp_path: Any) -> None:
    server = _tls_server(tmp_path)
    with server, pytest.raises(SSLError):
        get(client(f"https://localhost:{server.getsockname()[1]}"))


@pytest.mark.parametrize("credentials", [("AKIA", "secret"), ("ASIA", "secret", "a/session+token==")])
@pytest.mark.parametrize("body", [b"{}", '{"TableName":"ü"}'.encode()])
def test_the_signature_is_botocores(credentials: tuple[str, ...], body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with(*credentials)
    client = session.create_client("dynamodb", region_name="eu-west-1")
    plain = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    host = "dynamodb.eu-west-1.amazonaws.com"
    request = AWSRequest("POST", f"https://{host}/", headers=plain, data=body)
    ours = Sender(client, session).signed(request.prepare(), host, MOMENT)

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda **_: MOMENT.replace(tzinfo=None))
    SigV4Auth(session.get_credentials(), "dynamodb", "eu-west-1").add_auth(request)
    for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token"):
        assert ours.get(name) == request.headers.get(name)


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_the_endpoint_is_botocores_and_found_once(endpoint: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = session_with("a", "b")
    stock, ours = (session.create_client("dynamodb", region_name="eu-west-1", endpoint_url=endpoint) for _ in range(2))
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request.url)
        return AWSResponse(request.url, 200, {}, Raw())

    stock.meta.events.register("before-send.dynamodb", answer)
    monkeypatch.setattr(Sender, "send", lambda _, **given: answer(**given))
    send_shortly(ours, session)
    for client in (stock, ours, ours):
        client.get_item(TableName="t", Key={"a": {"S": "b"}})
    assert sent == [endpoint + "/" if endpoint else "https://dynamodb.eu-west-1.amazonaws.com/"] * 3
    monkeypatch.setattr(type(ours._ruleset_resolver._provider), "resolve_endpoint", None)
    ours.get_item(TableName="t", Key={"a": {"S": "b"}})
    with pytest.raises(TypeError):
        ours.query(TableName="t")


def test_without_credentials_nothing_is_sent(peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = sdk.session()
    monkeypatch.setattr(session, "get_credentials", lambda: None)
    server = peer(OK)
    client = session.create_client("dynamodb", region_name="eu-west-1", endpoint_url=server.url)
    send_shortly(client, session)
    with pytest.raises(NoCredentialsError):
        get(client)
    assert server.requests == []


@pytest.mark.parametrize(("proxy", "is_short"), [("", True), ("http://127.0.0.1:9", False)])
def test_with_a_proxy_botocore_sends(proxy: str, is_short: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    session = session_with("a", "b")
    config = Config(retries={"total_max_attempts": 1})
    endpoint = "https://dynamodb.eu-west-1.amazonaws.com"
    client = session.create_client("dynamodb", region_name="eu-west-1", endpoint_url=endpoint, config=config)
    sent: list[Any] = []
    monkeypatch.setattr(
        Sender, "send", lambda _, request, **__: sent.append(request.url) or AWSResponse(request.url, 200, {}, Raw())
    )
    send_shortly(client, session)
    with suppress(ProxyConnectionError):
        get(client)
    assert bool(sent) == is_short


class Raw:
    """An answer's end of the socket."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield b"{}"


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
