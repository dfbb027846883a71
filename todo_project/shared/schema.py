"""Pieces of the OpenAPI description that both services use."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="An ETag: the request is refused with 412 when it is stale."
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


def problems(*statuses: int) -> dict[Any, Any]:
    """The refusals of a route, for extend_schema; 503 is everywhere."""
    documented = {status: OpenApiResponse(Problem, description=_MEANINGS[status]) for status in statuses}
    documented[503] = OpenApiResponse(Problem, description="Storage is unreachable; `Retry-After` says when to try again.")
    return {(status, "application/problem+json"): response for status, response in documented.items()}


class CognitoScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the token."""

    target_class = "todo_project.shared.authentication.CognitoAuthentication"
    name = "cognito"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A Cognito access or ID token.",
        }


class PlainTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Text without control characters, as a pattern that clients and their tests can read."""

    target_class = "todo_project.shared.serializers.PlainTextField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        field = self.target
        controls = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f"
        text = f"[^{controls}]*"
        # Where blank is allowed, drf-spectacular adds that as an alternative, and just one of the two may match.
        pattern = f"[^{controls}]+" if field.allow_blank else rf"{text}[^\s{controls}]{text}"
        return {"type": "string", "maxLength": field.max_length, "pattern": f"^{pattern}$"}


class StrictSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Inputs that refuse fields they do not know say so."""

    target_class = "todo_project.shared.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return {**described, "additionalProperties": False}
