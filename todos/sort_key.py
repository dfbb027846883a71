"""A to-do's place in the list as one number, which sorts as the list does and which DynamoDB can add to.

`schedule` is the sort key of the index bySchedule, 28 digits of the 38 that DynamoDB's numbers have:

    state 0 to 2 | day due, 20261224, none 99999999 | moment in milliseconds, counted down | 6 digits of the id

So open to-dos come first, then completed ones, then the trash; in each the earliest due, none last; then the newest. In the trash
there is no day, and the moment is that of trashing.

`undated` is the same number without the day. With it a to-do gets another day, or another state, by one addition in DynamoDB:
nothing has to be read first.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from todo_project.aws.timestamps import latest_first

_MOMENT, _DAY, STATE = 10**6, 10**19, 10**27
_NO_DAY: Final = 99999999

OPEN, COMPLETED, TRASHED, END = 0, STATE, 2 * STATE, 3 * STATE
"""Where each view of the list starts."""


def bounds(*, completed: bool | None, trashed: bool) -> tuple[int, int]:
    """The range of `schedule` that holds exactly a view of the list: from, to (excluded)."""
    if trashed:
        return TRASHED, END
    if completed is None:
        return OPEN, TRASHED
    return (COMPLETED, TRASHED) if completed else (OPEN, COMPLETED)


def undated(todo_id: UUID, created: datetime, *, completed: bool) -> int:
    """`undated` of a to-do outside the trash."""
    return _place(COMPLETED if completed else OPEN, todo_id, created)


def day(due: date | None) -> int:
    """What a day adds to `undated`, to make `schedule`."""
    return (int(f"{due:%Y%m%d}") if due else _NO_DAY) * _DAY


def in_trash(todo_id: UUID, trashed: datetime) -> int:
    """`schedule` of a to-do in the trash."""
    return _place(TRASHED, todo_id, trashed)


def move(changes: dict[str, Any], *, changes_state: bool) -> tuple[dict[str, str], dict[str, int]]:
    """What an UpdateItem adds up when a to-do outside the trash gets `due` or `completed` of `changes`, or both.

    :param changes_state: whether `completed` is another one than before.
    :returns: the expression for each attribute that changes, and the numbers in the expressions.
    """
    step = (STATE if changes["completed"] else -STATE) if changes_state else 0
    expressions, numbers = {}, {}
    if changes_state:
        expressions = {"schedule": "schedule + :step", "undated": "undated + :step"}
        numbers = {":step": step}
    if "due" in changes:
        expressions["schedule"] = "undated + :day"
        numbers[":day"] = day(changes["due"]) + step
    return expressions, numbers


def _place(state: int, todo_id: UUID, moment: datetime) -> int:
    return state + int(latest_first(moment)) * _MOMENT + todo_id.int % _MOMENT
