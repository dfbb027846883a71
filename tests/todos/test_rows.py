"""A to-do as JSON is what `TodoOutput` describes, from DynamoDB's item."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from todo_project.aws.timestamps import rfc3339
from todos.models import Todo
from todos.repetition import REPEATS
from todos.serializers import TodoOutput, todo_as_json

moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)).map(  # noqa: DTZ001 made aware below
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
todos = st.builds(
    Todo,
    owner=st.uuids().map(str),
    todo_id=st.uuids(),
    title=st.text(min_size=1),
    description=st.text(),
    notes=st.text(),
    created=moments,
    modified=moments,
    due=st.none() | st.dates(date(1, 1, 1)),
    completed_at=st.none() | moments,
    starred=st.booleans(),
    repeats=st.none() | st.sampled_from(REPEATS),
    next_id=st.none() | st.uuids(),
    attachments=st.integers(0, 100),
    version=st.integers(1, 10**17),
    trashed=st.none() | moments,
)


@given(todos)
def test_any_todo_is_stored_whole(todo: Todo) -> None:
    assert Todo.from_item(todo.to_item()) == todo


@given(todos)
def test_it_is_what_the_serializer_writes(todo: Todo) -> None:
    """DRF writes microseconds, where there are none to show."""
    written = json.loads(JSONRenderer().render(TodoOutput(todo).data))
    for name in ("dateCreated", "dateModified", *(["dateCompleted"] if todo.completed else [])):
        written[name] = rfc3339(datetime.fromisoformat(written[name]))
    assert todo_as_json(todo.to_item()) == written


def test_what_is_not_stored_is_null_or_false() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    item = Todo(owner="o", todo_id=UUID(int=1), title="t", created=moment, modified=moment).to_item()
    assert todo_as_json(item) == {
        "todoID": "00000000-0000-0000-0000-000000000001",
        "userID": "o",
        "title": "t",
        "description": "",
        "notes": "",
        "dateDue": None,
        "completed": False,
        "dateCompleted": None,
        "starred": False,
        "repeats": None,
        "nextID": None,
        "dateCreated": "2026-01-02T00:00:00.000Z",
        "dateModified": "2026-01-02T00:00:00.000Z",
        "attachments": 0,
        "version": 1,
    }
