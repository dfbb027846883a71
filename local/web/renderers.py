"""The browsable API: behind its log-in, and with change forms filled with what is stored."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.utils.serializer_helpers import ReturnDict


class FilledFormsRenderer(BrowsableAPIRenderer):
    """DRF fills a change form from the serializer that made the response; ours are written without one."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> Any:
        context = renderer_context or {}
        request, response = context["request"], context["response"]
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.status_code = HTTPStatus.SEE_OTHER
            response["Location"] = f"/api/login/?{urlencode({'next': request.get_full_path()})}"
            return b""
        return super().render(data, accepted_media_type, renderer_context)

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Request) -> Any:
        if method in {"PUT", "PATCH"} and isinstance(data, Mapping) and "todoID" in data and hasattr(view, "get_serializer"):
            data = ReturnDict(data, serializer=view.get_serializer(data))
        return super().get_raw_data_form(data, view, method, request)
