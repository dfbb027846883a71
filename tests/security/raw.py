"""HTTP as raw bytes: requests that two parties could read differently."""

import re
import socket

HOST = b"Host: 127.0.0.1\r\n"
HIDDEN_ID = "1-00000000-00000000000000000000beef"
HIDDEN = b"GET /api/hidden/todos HTTP/1.1\r\n" + HOST + f"X-Amzn-Trace-Id: Root={HIDDEN_ID}\r\n\r\n".encode()
"""What a body hides: a server that takes it for a request has this id in its log."""
LAST = b"GET /api/nothing/todos/last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
END = b"0\r\n\r\n"


def length(digits: bytes | int) -> bytes:
    """The header Content-Length."""
    return b"Content-Length: %s\r\n" % (digits if isinstance(digits, bytes) else b"%d" % digits)


def chunk(data: bytes) -> bytes:
    """One chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def exchange(port: int, sent: bytes, *, seconds: float = 20) -> bytes:
    """Sends bytes over one connection, and returns what comes until the other side closes it."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(sent)
            while piece := connection.recv(65536):
                received += piece
        except (ConnectionError, TimeoutError):  # it closed on bytes that it did not want to read, or waits for more
            pass
    return received


def statuses(received: bytes) -> list[int]:
    """Of the responses, in their order."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]
