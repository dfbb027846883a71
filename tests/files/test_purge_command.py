"""`manage.py purge`: what it says, and how it ends."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from files.management.commands import purge
from tests.telemetry.log import lines


@pytest.fixture
def something_due(alice: Any, todo: str, due: Any) -> None:
    """A to-do and its file, both due; the file on its own account as well."""
    file = alice.attach(todo)["fileID"]
    alice.api.delete(f"/api/{todo}/files/{file}")
    due(todo, file)
    alice.api.delete(f"/api/me/todos/{todo}")
    due(todo)


def run(*arguments: str) -> tuple[str, str]:
    """What it writes to standard output and to standard error."""
    out, err = StringIO(), StringIO()
    call_command("purge", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def told() -> Iterator[Callable[[], list[str]]]:
    """The messages of the log lines since it was last asked."""
    with lines() as written:
        seen = len(written())

        def since() -> list[str]:
            nonlocal seen
            messages = [line["message"] for line in written()[seen:]]
            seen += len(messages)
            return messages

        yield since


def test_it_works(something_due: None, told: Any) -> None:
    assert run() == ("", "")
    assert told() == ["purged 1 to-dos, 1 files, 0 failures"]
    assert run() == ("", "")
    assert told() == ["purged 0 to-dos, 0 files, 0 failures"]


def test_a_dry_run_says_the_same_and_deletes_nothing(something_due: None, objects: Any, told: Any) -> None:
    assert run("--dry-run") == ("would purge 1 to-dos, 1 files, 0 failures\n", "")
    assert told() == []
    assert len(objects()) == 1
    run()
    assert told() == ["purged 1 to-dos, 1 files, 0 failures"]


def test_progress_is_told_now_and_then(something_due: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "PROGRESS_EVERY", 0)
    assert run()[1] == "… 1 to-dos, 1 files, 0 failures\n"


def test_failures_are_an_exit_status(something_due: None, calls: Any) -> None:
    calls.fail_at = 1
    with pytest.raises(CommandError, match=r"^1 could not be purged; the next run tries again\.$"):
        run()


def test_a_store_that_cannot_be_reached_is_an_exit_status(monkeypatch: pytest.MonkeyPatch, unreachable: Any) -> None:
    with unreachable(), pytest.raises(CommandError, match="nothing is lost, run it again"):
        run()
