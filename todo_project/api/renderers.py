"""JSON answers: chosen without ado, written by orjson."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from todo_project.aws.optimisations import enabled


class OrjsonRenderer(JSONRenderer):
    """DRF's renderer with another writer.

    Saves 0.4 ms CPU of a list of 100 to-dos (docs/benchmarks.md). Safe because whatever orjson would write in another way, or
    not at all, is left to DRF: indented JSON, and types that are not JSON's own. tests/api/test_renderers.py holds them equal.
    """

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        stock = super().render
        context = renderer_context or {}
        if data is None or not enabled("renderer") or self.get_indent(accepted_media_type or "", context) is not None:
            return stock(data, accepted_media_type, renderer_context)
        try:
            written = orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS)
        except TypeError:
            return stock(data, accepted_media_type, renderer_context)
        if b"\xe2\x80" in written:  # DRF escapes the line separators, so that JSON is JavaScript too
            written = written.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
        return written


class ContentNegotiation(DefaultContentNegotiation):
    """DRF's choice of a renderer, without the search where there is one to choose from.

    Saves 0.05 ms CPU a request (docs/benchmarks.md). Safe because for these two values of `Accept`, which nearly all clients
    send, DRF's search ends at the same; tests/api/test_renderers.py holds them equal.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers = list(renderers)
        plain = not others and format_suffix is None and first.media_type == "application/json"
        if plain and request.META.get("HTTP_ACCEPT", "*/*") in {"*/*", "application/json"} and enabled("negotiation"):
            return first, "application/json"
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
