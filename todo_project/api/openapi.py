"""What drf-spectacular does not see by itself. Settings that describe the API name its AutoSchema; the containers' do not.

Importing it takes 36 ms and 4 MB.
"""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema

from todo_project.api.serializers import INVISIBLE

__all__ = ["AutoSchema", "CognitoScheme", "PlainTextSchema", "StrictSchema"]

# Escaped as far as ECMA 262 and Python write it alike.
_INVISIBLE = "".join(f"\\u{ord(char):04x}" if "-" != char < "\U00010000" else char for char in INVISIBLE)


class CognitoScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the token."""

    target_class = "todo_project.api.authentication.CognitoAuthentication"
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

    target_class = "todo_project.api.serializers.PlainTextField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        field = self.target
        controls = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f"
        text = f"[^{controls}]*"
        # Where blank is allowed, drf-spectacular adds that as an alternative, and just one of the two may match.
        pattern = f"[^{controls}]+" if field.allow_blank else rf"{text}[^\s{controls}{_INVISIBLE}]{text}"
        return {"type": "string", "maxLength": field.max_length, "pattern": f"^{pattern}$"}


class StrictSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Inputs that refuse fields they do not know say so."""

    target_class = "todo_project.api.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return {**described, "additionalProperties": False}
