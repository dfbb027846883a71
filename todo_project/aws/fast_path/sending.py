"""Calls to DynamoDB signed and sent the short way: what botocore does for every service is left out, for one service.

botocore finds out anew for each request where DynamoDB is, derives the signing key, signs whatever headers there may be, and asks
for proxies, certificates and the pool to take. DynamoDB's requests are all alike: a POST of JSON to /. Here the endpoint is found
once an operation, the key derived once a day (aws/fast_path/sigv4.py), and the request goes straight to urllib3's pool, which
botocore uses too.

Saves 0.25 of the 0.7 ms CPU of a GetItem, and aws/fast_path/connection.py 0.15 (docs/benchmarks.md). Safe because it stands in
botocore's own place for it, the event `before-send` of each attempt: deadlines, retries, checksums, errors and their back-off are
botocore's, every failure is the exception that botocore's session makes of it, certificates are checked against the same
authorities, the endpoint follows from settings and the role's account (tables are named here by names, not by ARNs), and where a
proxy is set all stays as it was. tests/aws/test_dynamodb_sending.py holds endpoint and signature equal to botocore's and the
failures to its own.
"""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

import urllib3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import get_cert_path
from botocore.session import Session
from botocore.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError as NotConnected
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError
from urllib3.exceptions import ReadTimeoutError as NotAnswered
from urllib3.exceptions import SSLError as NotTrusted

from todo_project.aws.fast_path import sigv4
from todo_project.aws.fast_path.connection import Connection, SecureConnection


def send_shortly(client: Any, session: Session) -> None:
    """Lets a client of DynamoDB, made by `session`, sign and send the short way."""
    if get_environ_proxies(client.meta.endpoint_url):
        return
    sender = Sender(client, session)
    _remember_endpoints(client)
    client.meta.events.register("choose-signer.dynamodb", lambda **_: UNSIGNED)
    client.meta.events.register_last("before-send.dynamodb", sender.send)


def _remember_endpoints(client: Any) -> None:
    resolver = client._ruleset_resolver  # botocore has no event that could answer in its place
    find, found = resolver.construct_endpoint, {}

    def remembered(operation_model: Any, call_args: Any, request_context: Any) -> Any:
        name = operation_model.name
        if name not in found:
            found[name] = find(operation_model, call_args, request_context)
        return found[name]

    resolver.construct_endpoint = remembered


class Sender:
    """Signs with the credentials of one session and sends over connections of its own, which threads share."""

    def __init__(self, client: Any, session: Session) -> None:
        self._credentials = session.get_credentials()
        self._region: str = client.meta.region_name
        config = client.meta.config
        self._options = {
            "maxsize": config.max_pool_connections,
            "timeout": urllib3.Timeout(connect=config.connect_timeout, read=config.read_timeout),
        }
        # As botocore's client: the bundle of AWS_CA_BUNDLE, else certifi's or botocore's own.
        authorities = session.get_config_variable("ca_bundle") or get_cert_path(verify=True)
        self._trust = {"cert_reqs": "CERT_REQUIRED", "ca_certs": authorities}
        self._destination = lru_cache(maxsize=8)(self._connect)

    def send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """DynamoDB's answer, whatever it is.

        :raises HTTPClientError: (or a ConnectionError of botocore's) as botocore's session does; botocore decides on a retry.
        """
        pool, host = self._destination(request.url)
        try:
            raw = pool.urlopen(
                "POST",
                "/",
                body=cast("bytes", request.body),
                headers=self.signed(request, host, datetime.now(UTC)),
                retries=False,
                redirect=False,
                assert_same_host=False,
            )
        except HTTPError as error:
            raise _translated(error, request) from error
        return AWSResponse(request.url, raw.status, raw.headers, raw)  # type: ignore[arg-type]

    def signed(self, request: AWSPreparedRequest, host: str, moment: datetime) -> dict[str, str]:
        """The headers of a request, its signature among them.

        :raises NoCredentialsError: there are none.
        """
        if self._credentials is None:
            raise NoCredentialsError
        credentials = cast("sigv4.Credentials", self._credentials.get_frozen_credentials())
        headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
        stamp = f"{moment:%Y%m%dT%H%M%SZ}"
        vouched = {"content-type": headers["Content-Type"], "host": host, "x-amz-date": stamp}
        if credentials.token:
            vouched["x-amz-security-token"] = credentials.token
        vouched["x-amz-target"] = headers["X-Amz-Target"]
        names = ";".join(vouched)
        lines = "".join(f"{name}:{value}\n" for name, value in vouched.items())
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(cast('bytes', request.body)).hexdigest()}"
        scope = sigv4.scope(stamp, self._region, "dynamodb")
        signature = sigv4.signature(credentials.secret_key, stamp, scope, canonical)
        headers["Authorization"] = (
            f"{sigv4.ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        headers["X-Amz-Date"] = stamp
        headers["Host"], headers["Accept-Encoding"] = host, "identity"
        if credentials.token:
            headers["X-Amz-Security-Token"] = credentials.token
        return headers

    def _connect(self, url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
        """Connections to where a URL leads, and the host to name there. DynamoDB has an endpoint of its own for some accounts."""
        parts = urlsplit(url)
        trust = self._trust if parts.scheme == "https" else {}
        pool = urllib3.connection_from_url(url, **self._options, **trust)
        pool.ConnectionCls = SecureConnection if trust else Connection  # type: ignore[assignment]  # what it sends is all alike
        return pool, parts.netloc


def _translated(error: HTTPError, request: AWSPreparedRequest) -> Exception:
    """urllib3's failure as botocore's session would raise it."""
    endpoint: dict[str, Any] = {"endpoint_url": request.url, "error": error}
    match error:
        case NotTrusted():
            return SSLError(**endpoint)
        case NewConnectionError():
            return EndpointConnectionError(**endpoint)
        case NotConnected():
            return ConnectTimeoutError(**endpoint)
        case NotAnswered():
            return ReadTimeoutError(**endpoint)
        case ProtocolError():
            return ConnectionClosedError(request=request, **endpoint)
    return HTTPClientError(error=error)
