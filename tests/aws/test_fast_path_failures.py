"""The fast path's failures are botocore's, with its attempts and its exceptions."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
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

from tests.aws.peer import CLOSING, OK, REFUSED, client_at, get, session


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


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


def test_without_credentials_nothing_is_sent(peer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session(), "get_credentials", lambda: None)
    server = peer(OK)
    with pytest.raises(NoCredentialsError):
        get(client_at(server.url))
    assert server.requests == []


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
