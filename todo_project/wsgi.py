"""The WSGI application. DJANGO_SETTINGS_MODULE decides which service it is; there is no default."""

import tempfile
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application

CHUNKED_BYTES_MAX: Final = 11 * 1024 * 1024
"""More than any request may have, so that what was cut off here is refused as too large where its limit is known."""
_PIECE_BYTES: Final = 64 * 1024

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, for which a chunked body is read first: Django reads as many bytes as Content-Length says, here none."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        body = tempfile.SpooledTemporaryFile(_PIECE_BYTES)  # noqa: SIM115 it goes with the request
        while body.tell() < CHUNKED_BYTES_MAX and (piece := environ["wsgi.input"].read(_PIECE_BYTES)):
            body.write(piece)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
        environ["wsgi.input"] = body
    return _django(environ, start_response)
