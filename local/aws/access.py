"""Who may call the embedded AWS: programs of this computer, and pages of the local web application.

MiniStack checks no Host, allows every Origin and accepts root keys that everybody knows. Without this, any page open in a
browser could read and change all of it; a page that rebinds its name to 127.0.0.1 counts as same-origin.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]

HOSTS: Final = frozenset({"127.0.0.1", "localhost"})


def refusal(scope: Scope, origins: Collection[str]) -> str | None:
    """The sentence to refuse an HTTP request with, or None when it may pass.

    `origins`: the origins of the local web application, as browsers write them (`http://127.0.0.1:8000`).
    """
    if scope["path"] == "/_ministack/reset":
        return "Local data is not deleted over HTTP: stop `make run` and use `make reset`."
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if host.rsplit(":", 1)[0] not in HOSTS:
        return f"The embedded AWS serves the hosts 127.0.0.1 and localhost only, not {host[:100]!r}."
    origin = headers.get(b"origin")
    if origin is not None:
        if origin in origins:
            return None
        return f"The embedded AWS serves pages of the local web application only, not those of {origin[:100]!r}."
    # A browser sends no Origin with a foreign page's <img>, <script> or link; it says so here.
    if headers.get(b"sec-fetch-site") == "cross-site" and not is_signed_download(scope):
        return "The embedded AWS refuses what pages of other sites embed or link to."
    return None


def is_signed_download(scope: Scope) -> bool:
    """A presigned GET of an object: http://localhost:8000 links to http://127.0.0.1:4566, another site for a browser."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return scope["method"] in {"GET", "HEAD"} and "X-Amz-Signature" in query and "Action" not in query


async def refuse(send: Send, sentence: str, *, status: int = 403, content_type: bytes = b"text/plain; charset=utf-8") -> None:
    """A complete response."""
    body = sentence.encode()
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
