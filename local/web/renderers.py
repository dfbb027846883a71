"""The browsable API, with change forms filled with what is stored."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.utils.serializer_helpers import ReturnDict


class FilledFormsRenderer(BrowsableAPIRenderer):
    """DRF fills a change form from the serializer that made the response; ours are written without one."""

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Request) -> Any:
        if method in {"PUT", "PATCH"} and isinstance(data, Mapping) and "todoID" in data and hasattr(view, "get_serializer"):
            data = ReturnDict(data, serializer=view.get_serializer(data))
        return super().get_raw_data_form(data, view, method, request)
