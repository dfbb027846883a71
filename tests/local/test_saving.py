"""Saving goes on whatever a save fails with: were it to end, nothing would be saved any more."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.aws import server


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(OSError(28, "No space left on device"), "No space left"), (RuntimeError("changed size"), "changed size")],
)
def test_it_works(failure: Exception, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(server, "SAVE_DELAY_SECONDS", 0)
    one = object.__new__(server.Server)
    one._directory = SimpleNamespace(path=tmp_path)  # type: ignore[assignment]
    one._unsaved_since = time.monotonic()
    outcomes = [failure, None]

    async def save() -> None:
        one._unsaved_since = None
        if outcome := outcomes.pop(0):
            raise outcome

    async def until_saved() -> None:
        saving = asyncio.create_task(one.save_when_due())
        while outcomes:
            assert not saving.done()
            await asyncio.sleep(0.01)
        saving.cancel()

    monkeypatch.setattr(one, "save", save)
    # In a thread of its own: where tests of the page ran before, this one has a loop already.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, asyncio.wait_for(until_saved(), 30)).result()
    told = "".join(capsys.readouterr())
    assert reason in told
    assert "It tries again." in told
