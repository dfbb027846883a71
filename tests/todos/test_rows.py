"""A list's to-dos go from DynamoDB's items to JSON directly: the same as through a Todo."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from todos.models import Todo
from todos.serializers import as_json, items_as_json

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
    completed=st.booleans(),
    attachments=st.integers(0, 100),
    version=st.integers(1, 10**17),
    trashed=st.none() | moments,
)


@given(todos)
def test_any_todo_is_equal(todo: Todo) -> None:
    assert items_as_json([todo.to_item()])[0] == as_json(todo) == as_json(Todo.from_item(todo.to_item()))
