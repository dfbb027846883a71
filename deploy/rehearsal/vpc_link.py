"""Stands in for the VPC link: carries requests from the HTTP API to the load balancer.

The embedded AWS has none. Pointing the API straight at the load balancer works for success only: API and load balancer
are one process there, and it reads the body of an error while that same process still has to send it, which takes until
the timeout. This relay hands every answer over in one piece.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.rehearsal.account import Account

TIMEOUT_SECONDS: Final = 30  # as long as the API waits
HOP_BY_HOP: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@contextmanager
def vpc_link(account: Account) -> Iterator[None]:
    """Point the API's integration at a relay to the load balancer, for the length of the block."""
    # `app/<name>/<id>`, as metrics name it
    name = account.stack("platform").outputs["LoadBalancerName"].split("/")[1]
    with httpx.Client(base_url=f"{account.emulator.url}/_alb/{name}", timeout=TIMEOUT_SECONDS) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(client))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = account.stack("api")
        (api_id,) = (api.physical_ids[name] for name in api.of_type("AWS::ApiGatewayV2::Api"))
        for integration in api.of_type("AWS::ApiGatewayV2::Integration"):
            account.client("apigatewayv2").update_integration(
                ApiId=api_id,
                IntegrationId=api.physical_ids[integration],
                IntegrationUri=f"http://127.0.0.1:{server.server_port}",
            )
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def _handler(client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP]
            answer = client.request(self.command, self.path.lstrip("/"), headers=headers, content=body)
            lines = [f"{self.protocol_version} {answer.status_code} {answer.reason_phrase}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
            lines += [f"content-length: {len(answer.content)}", "connection: close", "", ""]
            self.wfile.write("\r\n".join(lines).encode("latin-1") + answer.content)
            self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = relay  # noqa: N815  http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing: the services log the requests."""

    return Relay
