"""Two things that MiniStack's S3 does otherwise than AWS's, and that users notice: corrected on the way out."""

import logging
from contextvars import ContextVar
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from local.aws.access import Message, Scope, Send, is_signed_download, refuse

UNAVAILABLE: Final = (
    '<?xml version="1.0"?><Error><Code>ServiceUnavailable</Code><Message>The disk cannot be used.</Message></Error>'
)

_failures: ContextVar[list[str]] = ContextVar("failures")


class DiskFailures(logging.Handler):
    """MiniStack logs what it cannot read or write on disk and responds 200: this notes it for the request at hand."""

    def emit(self, record: logging.LogRecord) -> None:
        """`Failed to persist S3 object …`, `Failed to read persisted S3 object …`."""
        if record.msg.startswith("Failed to ") and (found := _failures.get(None)) is not None:
            found.append(record.getMessage())


logging.getLogger("s3").addHandler(DiskFailures())


def corrected(scope: Scope, send: Send) -> Send:
    """`send` for the response to one request.

    503 where an object could not be written or read: an upload to a full disk is not acknowledged. A presigned GET gets the
    Content-Disposition that it asks for, which MiniStack forgets when the URL names a version: without it a browser would
    open the file in place of the page.
    """
    failures: list[str] = []
    _failures.set(failures)
    query = parse_qs(scope["query_string"].decode("latin-1")) if is_signed_download(scope) else {}
    disposition = query.get("response-content-disposition")

    async def sending(message: Message) -> None:
        if failures:
            if message["type"] == "http.response.start":
                await refuse(send, UNAVAILABLE, status=503, content_type=b"application/xml")
            return
        is_start = message["type"] == "http.response.start"
        if is_start and disposition and message["status"] < HTTPStatus.MULTIPLE_CHOICES:
            others = [(name, value) for name, value in message["headers"] if name.lower() != b"content-disposition"]
            message["headers"] = [*others, (b"content-disposition", disposition[0].encode("latin-1", "replace"))]
        await send(message)

    return sending
