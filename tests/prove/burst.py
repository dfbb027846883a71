"""microburst as a process, with two things put right: `python -m tests.prove.burst --upstream … --port …`.

It drops the Content-Length of responses, which a HEAD of S3 consists of; an aborted response was not lost when it had no body.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web
from microburst import cli, forward

_plain = forward._stream_to_client


async def stream_to_client(
    request: web.Request, status: int, headers: Mapping[str, str], mutator: Any, chunks: AsyncIterator[bytes]
) -> web.StreamResponse:
    """In place of microburst's own."""
    if mutator is not None and mutator.abort_bytes is not None:
        async for _ in chunks:
            pass
        if request.transport:
            request.transport.abort()
        return web.Response()
    if request.method == "HEAD":
        kept = {name: value for name, value in headers.items() if name.lower() not in forward.HOP_BY_HOP}
        response = web.StreamResponse(status=status, headers={**kept, "Content-Length": headers.get("Content-Length", "0")})
        await response.prepare(request)
        return response
    answer: web.StreamResponse = await _plain(request, status, headers, mutator, chunks)
    return answer


if __name__ == "__main__":
    forward._stream_to_client = stream_to_client
    cli.main()
