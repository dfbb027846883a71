"""What the embedded AWS keeps between two runs: one JSON file, written beside and renamed, with the one before it kept.

MiniStack's own state files are not used: a truncated one is replaced by an empty one without a message.
"""

import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

MINISTACK: Final = version("ministack")
LOCK: Final = "lock"
"""Held by the server as long as it runs."""
RUNNING: Final = "running.json"
"""How to reach it; there while it is ready."""
REGION: Final = "us-east-1"
ROOT: Final = Path(__file__).resolve().parents[2]
"""The checkout."""


class LocalAWSError(SystemExit):
    """The embedded AWS cannot be used; the message is one sentence that says why and what to do.

    It ends the process with that sentence and without a traceback, also where settings are imported.
    """


@dataclass(slots=True)
class State:
    """`services`: state by MiniStack's name of the service. `fingerprint`, `names`: what was provisioned (stacks.py)."""

    services: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    names: dict[str, str] = field(default_factory=dict)


def save(folder: Path, state: State) -> None:
    """Make `state` the newest save; the newest so far becomes the previous one. Raises `OSError`."""
    from ministack.core.persistence import _json_default  # noqa: PLC0415  # the server configures MiniStack first

    saved = {"ministack": MINISTACK, "fingerprint": state.fingerprint, "names": state.names, "services": state.services}
    write(folder / "state.json", json.dumps(saved, default=_json_default), keep=folder / "state.previous.json")


def load(folder: Path) -> State:
    """The newest save that can be read; an empty state in a new folder.

    A damaged newest save is set aside, not deleted. Raises `LocalAWSError` when no save can be read, or when another version
    of MiniStack wrote it: starting empty would overwrite what a person might still repair.
    """
    newest, previous = folder / "state.json", folder / "state.previous.json"
    if not newest.exists() and not previous.exists():
        return State()
    if (state := _read(newest)) is not None:
        return state
    if (state := _read(previous)) is None:
        raise LocalAWSError(
            f"Neither {newest} nor {previous} can be read: they are damaged, or an older version of this project wrote them. "
            "Nothing was changed. Repair one of them, or delete the local data: make reset"
        )
    damaged = folder / "state.damaged.json"
    with suppress(FileNotFoundError):
        newest.replace(damaged)
    say(f"{newest} cannot be read: using the save before it. The damaged file is kept as {damaged}.")
    return state


def _read(path: Path) -> State | None:
    from ministack.core.persistence import _json_object_hook  # noqa: PLC0415  # as above

    try:
        saved = json.loads(path.read_text(encoding="utf-8"), object_hook=_json_object_hook)
        state, ministack = State(saved["services"], saved["fingerprint"], saved["names"]), saved["ministack"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if ministack != MINISTACK:
        raise LocalAWSError(
            f"MiniStack {ministack} wrote the local data in {path.parent}, but {MINISTACK} is installed. Nothing was changed. "
            f"Install that version again (.venv/bin/pip install ministack=={ministack}), or delete the local data: make reset"
        )
    return state


def write(path: Path, text: str, *, keep: Path | None = None) -> None:
    """Write `text` to `path`, whole or not at all, mode 600. `keep`: where the file so far stays available."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if keep is not None and path.exists():
            keep.unlink(missing_ok=True)
            keep.hardlink_to(path)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def say(sentence: str) -> None:
    """Print a sentence in the terminal that started the embedded AWS. A closed terminal is no error."""
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)  # noqa: T201
