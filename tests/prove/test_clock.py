"""Midnight, leap days, changes of the hour, and clocks that are five minutes wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from files.purge import purge
from todo_project.aws import timestamps

CHAPTER = "Nothing lost"
MOMENTS = [
    "2027-02-28T23:59:59.999Z",  # the day after is no leap day
    "2028-02-28T23:59:59.999Z",  # the day after is
    "2028-02-29T00:00:00.000Z",
    "2027-03-28T00:59:59.500Z",  # Europe's clocks go forward
    "2027-10-31T00:59:59.500Z",  # and back
    "2026-12-31T23:59:59.999Z",
    "2027-01-01T00:00:00.000Z",
]


def at(clock: Any, moment: datetime) -> None:
    """From now on it is this moment."""
    clock.offset = moment - datetime.now(UTC)


@pytest.mark.parametrize("moment", MOMENTS)
def test_around(moment: str, alice: Any, clock: Any, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "Midnight, leap day and changes of the hour move neither order nor purge time",
        "to-dos made and trashed around seven moments; the trash ends 30 times 24 hours later, not a second earlier",
    )
    centre = datetime.fromisoformat(moment)
    made = []
    for seconds in (-2, -1, 0, 1, 2):
        at(clock, centre + timedelta(seconds=seconds))
        made.append(alice.add(f"{seconds}")["todoID"])
    assert [todo["todoID"] for todo in alice.api.get("/api/me/todos").json()["todos"]] == made[::-1]
    at(clock, centre)
    assert alice.api.delete(f"/api/me/todos/{made[0]}").status_code == 204
    at(clock, centre + timedelta(days=30, seconds=-3))
    assert alice.api.post(f"/api/me/todos/{made[0]}/restore").status_code == 200
    at(clock, centre)
    assert alice.api.delete(f"/api/me/todos/{made[0]}").status_code == 204
    at(clock, centre + timedelta(days=30, seconds=3))
    assert alice.api.post(f"/api/me/todos/{made[0]}/restore").status_code == 404
    at(clock, centre + timedelta(days=30, hours=1))
    assert purge().todos == 1
    assert len(alice.api.get("/api/me/todos").json()["todos"]) == 4
    proof.times = 12


def test_due_dates(alice: Any, proof: Any) -> None:
    proof.of(CHAPTER, "A due date is a day: it comes back as it was given, or is refused", "days that exist and days that do not")
    for day in ("2024-02-29", "2028-02-29", "2026-03-29", "2026-10-25", "1970-01-01", "9999-12-31", "0001-01-01"):
        assert alice.add(dateDue=day)["dateDue"] == day
        proof.times += 1
    for day in ("2023-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "10000-01-01", "２０２６-01-01"):
        assert alice.api.post("/api/me/todos", {"title": "x", "dateDue": day}).status_code == 400
        proof.times += 1


@pytest.mark.parametrize("service_skew", [-5, 5])
@pytest.mark.parametrize("purge_skew", [-5, 5])
def test_skewed_clocks(service_skew: int, purge_skew: int, alice: Any, clock: Any, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "With clocks five minutes wrong either way, nothing that can still be restored is purged",
        "each minute from 20 before to 40 after the end in the trash, service and purge each 5 minutes early and late",
    )
    todo = alice.add()["todoID"]
    begin = timestamps.now()
    assert alice.api.delete(f"/api/me/todos/{todo}").status_code == 204
    purged_at = None
    for minute in range(-20, 41):
        real = begin + timedelta(days=30, minutes=minute)
        would_purge = purge(moment=real + timedelta(minutes=purge_skew), dry_run=True).todos == 1
        at(clock, real + timedelta(minutes=service_skew))
        answer = alice.api.post(f"/api/me/todos/{todo}/restore")
        restorable = answer.status_code == 200
        assert not (would_purge and restorable)
        if restorable:
            clock.offset = timedelta()
            at(clock, begin)
            assert alice.api.delete(f"/api/me/todos/{todo}").status_code == 204
        purged_at = purged_at or (minute if would_purge else None)
        proof.times += 1
    assert purged_at is not None
    clock.offset = timedelta()
