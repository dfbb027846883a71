"""When a to-do that repeats is due next."""

from calendar import monthrange
from datetime import date
from typing import Final

REPEATS: Final = ("daily", "weekdays", "weekly", "monthly")


def following(repeats: str, due: date, today: date) -> date:
    """The first day of the series after `due` that is not before `today`. A month without that day has it at its end.

    :param repeats: one of REPEATS.
    """
    if repeats == "monthly":
        months = max(1, (today.year - due.year) * 12 + today.month - due.month)
        day = _later(due, months)
        return day if day >= today else _later(due, months + 1)
    step = 7 if repeats == "weekly" else 1
    steps = max(1, -((due - today).days // step))
    ordinal = due.toordinal() + steps * step
    if repeats == "weekdays":
        ordinal += (0, 0, 0, 0, 0, 2, 1)[(ordinal - 1) % 7]
    return date.fromordinal(min(ordinal, date.max.toordinal()))


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
