"""The way to DynamoDB: one write, one answer, on a connection kept open.

botocore sends through urllib3, which puts pools, retries, proxies and redirects, all unused here, around Python's HTTP client,
and writes head and body apart. Here the same bytes go out in one write, and Python's HTTP client reads the answer.

Saves 0.3 of the 1.0 ms CPU that a GetItem takes (docs/benchmarks.md). Safe because it stands in botocore's own place for it, the
event `before-send`: signing is done by then, and timeouts, retries, checksums and errors are still botocore's; a failure is the
same exception as urllib3's would have become. Certificates are checked as botocore does, with its own context. Where a proxy is
configured, it is not used at all. tests/shared/test_dynamodb_transport.py holds it against botocore's.
"""

import select
import socket
import ssl
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, cast
from urllib.parse import SplitResult, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import create_urllib3_context, get_cert_path
from botocore.utils import get_environ_proxies

_PORTS: Final = {"http": 80, "https": 443}


class Transport:
    """Connections to one endpoint. Threads may share it: each takes an idle connection, or makes one."""

    def __init__(self, endpoint: str, *, connect_timeout: float, read_timeout: float) -> None:
        self._endpoint: SplitResult = urlsplit(endpoint)
        self._address = (self._endpoint.hostname or "", self._endpoint.port or _PORTS[self._endpoint.scheme])
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._tls: ssl.SSLContext | None = None
        if self._endpoint.scheme == "https":
            self._tls = create_urllib3_context()
            self._tls.load_verify_locations(get_cert_path(verify=True))
        self._idle: deque[socket.socket] = deque()
        weakref.finalize(self, _close, self._idle)

    @staticmethod
    def serves(endpoint: str) -> bool:
        """Whether this can be the way to an endpoint: it knows no proxies."""
        return not get_environ_proxies(endpoint)

    def send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        """For botocore's event `before-send`: the answer to a signed request; None, to leave it to botocore, for another host.

        :raises HTTPClientError: (or a ConnectionError of botocore's) as its own session would; it decides about a retry.
        """
        url = urlsplit(request.url)
        if (url.scheme, url.netloc) != (self._endpoint.scheme, self._endpoint.netloc):
            return None
        head = [f"{request.method} {url.path or '/'} HTTP/1.1", f"Host: {url.netloc}", "Accept-Encoding: identity"]
        for name, value in request.headers.items():
            head.append(f"{name}: {value.decode('latin-1') if isinstance(value, bytes) else value}")
        message = "\r\n".join([*head, "", ""]).encode("latin-1") + cast("bytes", request.body)
        connection = self._open(request.url)
        response = HTTPResponse(connection, method=request.method or "POST")
        reusable = False
        try:
            connection.sendall(message)
            response.begin()
            body = response.read()
            reusable = not response.will_close
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except (OSError, HTTPException) as error:
            raise ConnectionClosedError(error=error, request=request, endpoint_url=request.url) from error
        finally:
            response.close()
            if not reusable:
                connection.close()
        if reusable:
            self._idle.append(connection)
        return AWSResponse(request.url, response.status, response.headers, _Read(body))  # type: ignore[arg-type]

    def _open(self, url: str) -> socket.socket:
        """A connection nobody uses: the one that was used last, if its other end has kept it open too."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not _readable(connection):
                    return connection
                connection.close()  # what could be read before anything was asked is the other end's goodbye
        try:
            connection = socket.create_connection(self._address, timeout=self._connect_timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=url, error=error) from error
        except OSError as error:
            raise EndpointConnectionError(endpoint_url=url, error=error) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            try:
                connection = self._tls.wrap_socket(connection, server_hostname=self._address[0])
            except TimeoutError as error:
                connection.close()
                raise ConnectTimeoutError(endpoint_url=url, error=error) from error
            except ssl.SSLError as error:
                connection.close()
                raise SSLError(endpoint_url=url, error=error) from error
            except OSError as error:
                connection.close()
                raise HTTPClientError(error=error) from error
        connection.settimeout(self._read_timeout)
        return connection


class _Read:
    """A body already read, in the form in which AWSResponse takes one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body


def _close(connections: deque[socket.socket]) -> None:
    while connections:
        connections.pop().close()


def _readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
