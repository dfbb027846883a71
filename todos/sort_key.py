"""A to-do's place in the list as one number, which sorts as the list does and which DynamoDB can add to.

`schedule` is the sort key of the index bySchedule, 28 digits of the 38 that DynamoDB's numbers have:

    state 0 to 2 | day due, 20261224, none 99999999 | moment in milliseconds, counted down | 6 digits of the id

So open to-dos come first: the earliest due first, none last, then the newest. Then completed ones, then the trash: these have no
day, and the moment is that of completing or trashing, the latest first.

`place` is where a to-do stands while it is open, and `undated` the same without the day. A to-do gets another day by one addition
in DynamoDB, and is open again by one copy: nothing has to be read first.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from todo_project.aws.items import Item
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


def day(due: Item | None) -> int:
    """What the attribute dateDue adds to `undated`, to make `place`."""
    return (int(due["S"].replace("-", "")) if due else _NO_DAY) * _DAY


def position(state: int, todo_id: UUID, moment: datetime) -> int:
    """`schedule` without a day: `state` is OPEN, COMPLETED or TRASHED, `moment` that of creating, completing or trashing."""
    return state + int(latest_first(moment)) * _MOMENT + todo_id.int % _MOMENT
