"""The to-do as JSON, in and out."""

from hashlib import sha256
from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from todo_project.api.serializers import (
    BooleanField,
    DayField,
    DigitsField,
    PlainTextField,
    QuerySerializer,
    StrictSerializer,
    StringField,
    refuse,
)
from todo_project.aws.items import Item
from todos.models import DESCRIPTION_MAX, NOTES_MAX, TITLE_MAX
from todos.repetition import REPEATS

SEARCH_MAX = 100
PAGE_DEFAULT = 50
PAGE_MAX = 100


@extend_schema_field({"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}]})
class LegacyDayField(DayField):
    """The published client sends an empty string where no date was chosen."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(None if data == "" else data)


def long_text(max_length: int, *, required: bool = False) -> PlainTextField:
    """A field of text of several lines, which may be empty."""
    return PlainTextField(
        max_length=max_length,
        required=required,
        allow_blank=True,
        trim_whitespace=False,
        style={"base_template": "textarea.html"},
        help_text=f"Up to {max_length:,} characters.",
    )


class LegacyAdd(StrictSerializer):
    """The body of the published client's `add`."""

    title = PlainTextField(max_length=TITLE_MAX, help_text="1 to 200 characters after trimming.")
    description = long_text(DESCRIPTION_MAX)
    dateDue: DayField = LegacyDayField(  # noqa: N815 the API's name
        required=False, allow_null=True, help_text="YYYY-MM-DD; empty or null for none."
    )


class TodoInput(LegacyAdd):
    """What a caller may set. PATCH takes any part of it."""

    notes = long_text(NOTES_MAX)
    dateDue = DayField(required=False, allow_null=True, help_text="YYYY-MM-DD, or null for none.")  # noqa: N815
    completed = BooleanField(required=False)
    starred = BooleanField(required=False)
    repeats = serializers.ChoiceField(REPEATS, required=False, allow_null=True, help_text="Completing it makes the next one.")


class TodoOutput(serializers.Serializer[Any]):
    """A to-do in every response."""

    todoID = serializers.UUIDField()  # noqa: N815
    userID = serializers.CharField(help_text="The owner's Cognito subject.")  # noqa: N815
    title = serializers.CharField()
    description = serializers.CharField()
    notes = serializers.CharField()
    dateDue = serializers.DateField(allow_null=True)  # noqa: N815
    completed = serializers.BooleanField()
    dateCompleted = serializers.DateTimeField(allow_null=True)  # noqa: N815
    starred = serializers.BooleanField()
    repeats = serializers.ChoiceField(REPEATS, allow_null=True)
    nextID = serializers.UUIDField(  # noqa: N815
        allow_null=True, help_text="The to-do that completing this one made."
    )
    dateCreated = serializers.DateTimeField()  # noqa: N815
    dateModified = serializers.DateTimeField()  # noqa: N815
    attachments = serializers.IntegerField(help_text="How many files are attached.")
    version = serializers.IntegerField(help_text="The version that ETag and If-Match name.")


# The table's items have the same facts under the same names, in the form in which they are shown: here with DynamoDB's types.
_TYPES: dict[type, str] = {serializers.IntegerField: "N", serializers.BooleanField: "BOOL"}
_ATTRIBUTES = [(name, _TYPES.get(type(field), "S")) for name, field in TodoOutput().fields.items()]
_ABSENT = {name: False if kind == "BOOL" else None for name, kind in _ATTRIBUTES}
_NUMBERS = [name for name, kind in _ATTRIBUTES if kind == "N"]


def todo_as_json(item: Item) -> dict[str, Any]:
    """An item of the table as `TodoOutput` describes its to-do."""
    body: dict[str, Any] = dict(_ABSENT)
    for name, kind in _ATTRIBUTES:
        if name in item:
            body[name] = item[name][kind]
    for name in _NUMBERS:
        body[name] = int(body[name])
    return body


def page_etag(items: list[Item], cursor: str | None) -> str:
    """The entity tag of a page: another one when a to-do on it, its count of attachments, or what follows it is another one."""
    facts = [(item["todoID"], item["version"], item["attachments"]) for item in items]
    return f'"{sha256(orjson.dumps((facts, cursor))).hexdigest()[:32]}"'


class TodoPage(serializers.Serializer[Any]):
    """A page of to-dos."""

    todos = TodoOutput(many=True)
    next = serializers.CharField(allow_null=True, help_text="Path of the next page, null on the last.")


class ListQuery(QuerySerializer):
    """The query parameters of the list."""

    search = PlainTextField(
        max_length=SEARCH_MAX,
        required=False,
        allow_blank=True,
        default="",
        help_text="Part of title, description or notes, case ignored.",
    )
    completed = serializers.BooleanField(required=False, allow_null=True, default=None)
    trashed = serializers.BooleanField(required=False, default=False, help_text="The trash instead of the list.")
    limit = DigitsField(min_value=1, max_value=PAGE_MAX, required=False, default=PAGE_DEFAULT)
    cursor = StringField(max_length=512, required=False, default=None, help_text="From the previous page's `next`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["trashed"] and attrs["completed"] is not None:
            refuse(["completed"], "not_in_trash", "The trash cannot be filtered by completed.")
        return attrs


class DeleteQuery(QuerySerializer):
    """The query parameter of deleting a to-do."""

    trashed = serializers.BooleanField(
        required=False, default=False, help_text="`true`: a to-do in the trash, which is deleted for good."
    )


class DeleteEverythingQuery(QuerySerializer):
    """The query parameter of deleting everything: a request without it is a mistake."""

    everything = serializers.ChoiceField(
        ["true"],
        error_messages={"required": "This deletes every to-do and attachment for good. If you mean it, add everything=true."},
    )


class LegacyNotes(StrictSerializer):
    """The body of the published client's `addnotes`."""

    notes = long_text(NOTES_MAX, required=True)
