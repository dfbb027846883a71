"""A relay: passes requests on to another address and hands each answer over in one piece.

The embedded AWS is one process. Where one of its services asks another one of it over HTTP, it reads the body of an error
while that same process still has to send it, and waits until the timeout. Through a relay the whole answer is there.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT_SECONDS: Final = 35
HOP_BY_HOP: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@contextmanager
def relay(target: str) -> Iterator[int]:
    """A port on 127.0.0.1 whose requests go to ``target`` (a URL that paths are appended to), for the length of the block."""
    with httpx.Client(base_url=target, timeout=TIMEOUT_SECONDS) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(client))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP]
            answer = client.request(self.command, self.path.lstrip("/"), headers=headers, content=body)
            lines = [f"{self.protocol_version} {answer.status_code} {answer.reason_phrase}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
            lines += [f"content-length: {len(answer.content)}", "connection: close", "", ""]
            self.wfile.write("\r\n".join(lines).encode("latin-1") + answer.content)
            self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = pass_on  # noqa: N815  http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing: the services log the requests."""

    return Relay
