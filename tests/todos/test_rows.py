"""A to-do as JSON is what `TodoOutput` describes, from DynamoDB's item."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from todo_project.aws.items import string
from todo_project.aws.timestamps import rfc3339
from todos.models import attributes, new_item
from todos.repetition import REPEATS
from todos.serializers import TodoOutput, todo_as_json

moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)).map(  # noqa: DTZ001 made aware below
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
values = st.fixed_dictionaries(
    {
        "title": st.text(min_size=1),
        "description": st.text(),
        "notes": st.text(),
        "dateDue": st.none() | st.dates(date(1, 1, 1)),
        "completed": st.booleans(),
        "starred": st.booleans(),
        "repeats": st.none() | st.sampled_from(REPEATS),
    }
)


@given(st.uuids(), values, moments)
def test_any_todo_is_shown_as_it_was_given(todo_id: UUID, values: dict[str, Any], moment: datetime) -> None:
    body = todo_as_json(new_item("o", todo_id, attributes(values), moment))
    at = rfc3339(moment)
    assert body == {
        "todoID": str(todo_id),
        "userID": "o",
        **values,
        "dateDue": values["dateDue"].isoformat() if values["dateDue"] else None,
        "dateCompleted": at if values["completed"] else None,
        "nextID": None,
        "dateCreated": at,
        "dateModified": at,
        "attachments": 0,
        "version": 1,
    }
    assert TodoOutput(body).data == body


def test_what_is_not_stored_is_null_or_false() -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    item = new_item("o", UUID(int=1), {"title": string("t")}, moment)
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
