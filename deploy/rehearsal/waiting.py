"""Waiting for another process to get somewhere, with a limit and a sentence."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_SECONDS: Final = 0.05


class WaitedInVainError(Exception):
    """Something did not happen in time; the message says what was waited for."""


def until(what: str, happened: Callable[[], bool], seconds: float) -> None:
    """Return as soon as ``happened()`` is true. Raises WaitedInVainError after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise WaitedInVainError(f"Waited {seconds:.0f} s in vain until {what}.")
        time.sleep(PAUSE_SECONDS)
