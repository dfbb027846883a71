"""The to-do as JSON, in and out."""

from typing import Any

from rest_framework import serializers

from todo_project.api.serializers import DayField, PlainTextField, QuerySerializer, StrictSerializer, refuse
from todo_project.aws.dynamodb import Item
from todo_project.aws.timestamps import rfc3339
from todos.models import DESCRIPTION_MAX, NOTES_MAX, TITLE_MAX, Todo
from todos.repository import View

SEARCH_MAX = 100
PAGE_DEFAULT = 50
PAGE_MAX = 100

# JSON names to attributes of Todo.
_ATTRIBUTES = {
    "title": "title",
    "description": "description",
    "notes": "notes",
    "dateDue": "due",
    "completed": "completed",
}


class _Changes(StrictSerializer):
    def changes(self) -> dict[str, Any]:
        """The validated input as attributes of a Todo."""
        return {_ATTRIBUTES[name]: value for name, value in self.validated_data.items()}


class LegacyAdd(_Changes):
    """The body of the published client's `add`, which sends an empty string where no date was chosen."""

    title = PlainTextField(max_length=TITLE_MAX, help_text="1 to 200 characters after trimming.")
    description = PlainTextField(
        max_length=DESCRIPTION_MAX,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        style={"base_template": "textarea.html"},
        help_text="Up to 10,000 characters.",
    )
    dateDue = DayField(required=False, allow_null=True, allow_empty=True, help_text="YYYY-MM-DD; empty or null for none.")  # noqa: N815


class TodoInput(LegacyAdd):
    """What a caller may set. PATCH takes any part of it."""

    notes = PlainTextField(
        max_length=NOTES_MAX,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        style={"base_template": "textarea.html"},
        help_text="Up to 50,000 characters.",
    )
    dateDue = DayField(required=False, allow_null=True, help_text="YYYY-MM-DD, or null for none.")  # noqa: N815 the API's name
    completed = serializers.BooleanField(required=False)


class TodoOutput(serializers.Serializer[Todo]):
    """A to-do as every route answers it."""

    todoID = serializers.UUIDField(source="todo_id")  # noqa: N815
    userID = serializers.CharField(source="owner", help_text="The owner's Cognito subject.")  # noqa: N815
    title = serializers.CharField()
    description = serializers.CharField()
    notes = serializers.CharField()
    dateDue = serializers.DateField(source="due", allow_null=True)  # noqa: N815
    completed = serializers.BooleanField()
    dateCreated = serializers.DateTimeField(source="created")  # noqa: N815
    dateModified = serializers.DateTimeField(source="modified")  # noqa: N815
    attachments = serializers.IntegerField(help_text="How many files are attached.")
    version = serializers.IntegerField(help_text="The version that ETag and If-Match name.")


def as_json(todo: Todo) -> dict[str, Any]:
    """A to-do as `TodoOutput` describes it, written out: DRF's fields would cost more than reading it from DynamoDB."""
    return {
        "todoID": str(todo.todo_id),
        "userID": todo.owner,
        "title": todo.title,
        "description": todo.description,
        "notes": todo.notes,
        "dateDue": todo.due.isoformat() if todo.due else None,
        "completed": todo.completed,
        "dateCreated": rfc3339(todo.created),
        "dateModified": rfc3339(todo.modified),
        "attachments": todo.attachments,
        "version": todo.version,
    }


def items_as_json(items: list[Item]) -> list[dict[str, Any]]:
    """Items of the table as `as_json` shows their to-dos.

    Saves 1.5 ms CPU of a list of 100 to-dos (docs/benchmarks.md): no ids and dates are read only to be written again. Safe
    because they are stored in the very form they are shown in; tests/todos/test_rows.py holds it equal to the way through a Todo.
    """
    return [_item_as_json(item) for item in items]


def _item_as_json(item: Item) -> dict[str, Any]:
    due = item.get("dateDue")
    return {
        "todoID": item["todoID"]["S"],
        "userID": item["userID"]["S"],
        "title": item["title"]["S"],
        "description": item["description"]["S"],
        "notes": item["notes"]["S"],
        "dateDue": due["S"] if due else None,
        "completed": item["completed"]["BOOL"],
        "dateCreated": item["dateCreated"]["S"],
        "dateModified": item["dateModified"]["S"],
        "attachments": int(item["attachments"]["N"]),
        "version": int(item["version"]["N"]),
    }


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
        help_text="Part of the title, case ignored.",
    )
    completed = serializers.BooleanField(required=False, allow_null=True, default=None)
    trashed = serializers.BooleanField(required=False, default=False, help_text="The trash instead of the list.")
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_MAX, required=False, default=PAGE_DEFAULT)
    cursor = serializers.CharField(max_length=512, required=False, help_text="From the previous page's `next`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["trashed"] and attrs["completed"] is not None:
            refuse("completed", "not_in_trash", "The trash cannot be filtered by completed.")
        return attrs

    def view(self) -> View:
        """The validated query as the repository takes it."""
        data = self.validated_data
        return View(completed=data["completed"], trashed=data["trashed"], search=data["search"])


class LegacyNotes(StrictSerializer):
    """The body of the published client's `addnotes`."""

    notes = PlainTextField(max_length=NOTES_MAX, allow_blank=True, trim_whitespace=False)


class LegacyStatus(serializers.Serializer[Any]):
    """The published answer of `add` and `delete`."""

    status = serializers.CharField()


class LegacyUpdate(serializers.Serializer[Any]):
    """The published answer of `complete` and `addnotes`."""

    Update = serializers.CharField()
