"""The attachment as JSON and forms, in and out."""

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from files import storage
from files.models import CONTENT_TYPE_MAX, FILE_NAME_MAX_BYTES, SIZE_MAX_DIRECT, Attachment
from todo_project.api.serializers import IntegerField, QuerySerializer, StrictSerializer, StringField
from todo_project.aws.timestamps import rfc3339

# RFC 6838, 4.2, with parameters of plain tokens or simple quoted strings.
_NAME = r"[A-Za-z0-9!#$&^_.+-]+"
_CONTENT_TYPE = re.compile(rf'{_NAME}/{_NAME}(?:; ?{_NAME}=(?:{_NAME}|"[ !#-\[\]-~]*"))*')
DEFAULT_CONTENT_TYPE = "application/octet-stream"

# Characters that reorder or hide text make a name lie about its ending (Unicode TR 36, 3.1 and Trojan Source).
_DECEPTIVE = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
# Names are part of S3's keys, and DeleteObjects is XML 1.0, which has no such characters, not even escaped (production 2, Char).
_NOT_XML = "\ufffe\uffff"
_FORBIDDEN = re.compile(rf"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_DECEPTIVE}{_NOT_XML}]")

# In the key of an upload form S3 replaces this by a name of the uploader's choice (Amazon S3 user guide, "Creating a POST
# policy"): the form would no longer be bound to one key.
_S3_TEMPLATE = "${filename}"


# The rule for names as JSON Schema's regular expression (ECMA 262): the length in bytes is not in it.
_ESCAPED = "".join(f"\\u{ord(char):04x}" for char in sorted(_DECEPTIVE + _NOT_XML))
_PATTERN = rf"^(?!\.{{1,2}}$)(?!.*\$\{{filename\}})[^/\\\u0000-\u001f\u007f-\u009f{_ESCAPED}]+$"


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": FILE_NAME_MAX_BYTES, "pattern": _PATTERN})
class FileNameField(StringField):
    """A file's name, never a path: 1 to 255 bytes of UTF-8, kept as it is."""

    default_error_messages = {
        "path": "A file name has no / or \\, and is not . or .. .",
        "control": "Control characters, characters that reorder text and those that XML forbids are not allowed in a file name.",
        "template": "A file name may not contain ${{filename}}: S3 would put another name in its place.",
        "length": f"A file name may have {FILE_NAME_MAX_BYTES} bytes in UTF-8 at most.",
    }

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if "/" in name or "\\" in name or name in {".", ".."}:
            self.fail("path")
        if _FORBIDDEN.search(name):
            self.fail("control")
        if _S3_TEMPLATE in name:
            self.fail("template")
        if len(name.encode()) > FILE_NAME_MAX_BYTES:
            self.fail("length")
        return name


@extend_schema_field({"type": "string", "maxLength": CONTENT_TYPE_MAX, "pattern": f"^{_CONTENT_TYPE.pattern}$"})
class ContentTypeField(StringField):
    """A media type as the browser names it; empty means unknown."""

    default_error_messages = {"invalid": "Use a media type such as image/png."}

    def run_validation(self, data: Any = empty) -> Any:
        # DRF does not hand a blank value to to_internal_value.
        return super().run_validation(data) or DEFAULT_CONTENT_TYPE

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not _CONTENT_TYPE.fullmatch(value):
            self.fail("invalid")
        return value


class Reservation(StrictSerializer):
    """A file that will go straight to S3."""

    fileName = FileNameField(  # noqa: N815 the API's name
        source="file_name", trim_whitespace=False, help_text="1 to 255 bytes, not a path."
    )
    contentType = ContentTypeField(  # noqa: N815
        source="content_type", max_length=CONTENT_TYPE_MAX, required=False, allow_blank=True, default=DEFAULT_CONTENT_TYPE
    )
    size = IntegerField(
        min_value=0,
        max_value=SIZE_MAX_DIRECT,
        help_text="Bytes.",
        error_messages={"max_value": f"A file may have {SIZE_MAX_DIRECT // 1024**2} MB at most."},
    )


class SmallFile(StrictSerializer):
    """A file that goes through the service, as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True, max_length=None)


class AttachmentOutput(serializers.Serializer[Attachment]):
    """An attachment in every response."""

    fileID = serializers.UUIDField(source="file_id")  # noqa: N815
    todoID = serializers.UUIDField(source="todo_id")  # noqa: N815
    fileName = serializers.CharField(source="file_name")  # noqa: N815
    contentType = serializers.CharField(source="content_type")  # noqa: N815
    size = serializers.IntegerField(help_text="Bytes.")
    dateCreated = serializers.DateTimeField(source="created")  # noqa: N815
    filePath = serializers.CharField(  # noqa: N815
        allow_null=True,
        help_text="A signed download URL that works for 15 minutes; null until the upload is completed.",
    )


def attachment_as_json(attachment: Attachment) -> dict[str, Any]:
    """An attachment as `AttachmentOutput` describes it."""
    return {
        "fileID": str(attachment.file_id),
        "todoID": str(attachment.todo_id),
        "fileName": attachment.file_name,
        "contentType": attachment.content_type,
        "size": attachment.size,
        "dateCreated": rfc3339(attachment.created),
        "filePath": None if attachment.pending else storage.download_url(attachment),
    }


class UploadForm(serializers.Serializer[Any]):
    """Where to POST the file as multipart/form-data: the fields first, then `file`."""

    url = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # shadows the declared-fields property


class ReservationOutput(AttachmentOutput):
    """A reserved attachment with its upload form."""

    upload = UploadForm(required=False, help_text="Absent when the retried upload was completed before.")


def reservation_as_json(attachment: Attachment) -> dict[str, Any]:
    """An attachment as `ReservationOutput` describes it."""
    body = attachment_as_json(attachment)
    return {**body, "upload": storage.upload_form(attachment)} if attachment.pending else body


class ListQuery(QuerySerializer):
    """The query parameters of the list."""

    trashed = serializers.BooleanField(required=False, default=False, help_text="Those in the trash instead.")


class LegacyFile(StrictSerializer):
    """The body of the published client's `delete` and `upload`; the path is not used."""

    fileName = StringField(required=False, allow_blank=True)  # noqa: N815
    filePath = StringField(required=False, allow_blank=True)  # noqa: N815
