"""Pieces of the OpenAPI description that both services' views name. They are cheap to import; api/openapi.py is not."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag, or a list of ETags: the request is refused with 412 when none is the current one.",
    pattern=r"[^\s,]",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="ETags of responses that the caller has: 304 when one is current."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters: a retry returns the first result.",
    pattern="^[!-~]{1,255}$",
)

_MEANINGS = {
    400: "The input was refused; `errors` says which field and why.",
    401: "No valid token; `WWW-Authenticate` says why.",
    404: "Nothing here that belongs to the caller.",
    409: "The present state forbids it; `detail` names the limit or state.",
    412: "`If-Match` is stale.",
    413: "Too large; `detail` names the limit.",
    415: "The media type is not one this route reads.",
}


class FieldError(serializers.Serializer[Any]):
    """One refused field."""

    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem document."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    requestID = serializers.CharField()  # noqa: N815 the API's name
    errors = FieldError(many=True, required=False)  # type: ignore[assignment]  # the API's name, also a property of DRF's


LEGACY_STATUS = inline_serializer("LegacyStatus", {"status": serializers.CharField()})
"""What the published client's routes to add and to delete return."""


def problems(*statuses: int) -> dict[Any, Any]:
    """The refusals of a route, for extend_schema; 503 is everywhere."""
    documented = {status: OpenApiResponse(Problem, description=_MEANINGS[status]) for status in statuses}
    documented[503] = OpenApiResponse(Problem, description="Storage is unreachable; `Retry-After` says when to try again.")
    return {(status, "application/problem+json"): response for status, response in documented.items()}
