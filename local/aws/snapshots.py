"""Saves of the embedded AWS: one file that is whole or not there, checked when it is read, with the one before it kept.

A file is two lines: a header in JSON (`format`, `ministack`, `saved`, `sha256` of the second line) and the payload in JSON.
MiniStack's own per-service files are not used: it replaces a truncated one by an empty one without a word.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from local.aws.state import LocalAWSError, ministack_version, write_atomically

FORMAT: Final = 1


class DamagedSnapshot(Exception):
    """A saved state is truncated, altered or not one of ours; the message says which in a few words."""


@dataclass(slots=True)
class Snapshot:
    """`services`: state by MiniStack's name of the service; `provisioned`: what `stacks.provision` found (see server.py)."""

    services: dict[str, Any] = field(default_factory=dict)
    provisioned: dict[str, Any] | None = None


def encode(snapshot: Snapshot, default: Callable[[Any], Any]) -> str:
    """The file's text. `default` is MiniStack's encoder of its own types."""
    payload = json.dumps({"provisioned": snapshot.provisioned, "services": snapshot.services}, default=default)
    header = {
        "format": FORMAT,
        "ministack": ministack_version(),
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": hashlib.sha256(payload.encode()).hexdigest(),
    }
    return f"{json.dumps(header)}\n{payload}"


def decode(text: str, object_hook: Callable[[dict[str, Any]], Any]) -> Snapshot:
    """The inverse. Raises `DamagedSnapshot`."""
    head, _, payload = text.partition("\n")
    try:
        header = json.loads(head)
        expected = header["sha256"]
    except (ValueError, KeyError, TypeError):
        raise DamagedSnapshot("its header cannot be read") from None
    if hashlib.sha256(payload.encode()).hexdigest() != expected:
        raise DamagedSnapshot("it is truncated or altered")
    if header.get("format") != FORMAT or header.get("ministack") != ministack_version():
        raise DamagedSnapshot(f"it was written by MiniStack {header.get('ministack')}")
    return Snapshot(**json.loads(payload, object_hook=object_hook))


def save(directory: Path, text: str) -> None:
    """Make `text` the newest save; the newest so far becomes the previous one."""
    write_atomically(directory / "state.json", text, keep=directory / "state.previous.json")


def load(directory: Path, object_hook: Callable[[dict[str, Any]], Any]) -> tuple[Snapshot, list[str]]:
    """The newest save that is whole (an empty one in a new directory), and sentences the user must see.

    A damaged newest save is set aside, not deleted. When both are damaged, `LocalAWSError`: starting empty would
    overwrite what a person might still repair.
    """
    newest, previous = directory / "state.json", directory / "state.previous.json"
    try:
        return decode(_text(newest), object_hook), []
    except FileNotFoundError:
        if not previous.exists():
            return Snapshot(), []
        problem = "it is missing"
    except DamagedSnapshot as damage:
        problem = str(damage)
    try:
        snapshot = decode(_text(previous), object_hook)
    except (FileNotFoundError, DamagedSnapshot) as damage:
        reason = "it is missing" if isinstance(damage, FileNotFoundError) else str(damage)
        raise LocalAWSError(
            f"The saved state {newest} cannot be used ({problem}), nor the one before it, {previous} ({reason}). "
            "Nothing was changed. Repair one of them, or forget the local data: make reset"
        ) from None
    saved = datetime.fromtimestamp(previous.stat().st_mtime, UTC).isoformat(timespec="seconds")
    notice = f"The newest saved state {newest} cannot be used ({problem}); going on with the one before it, of {saved}."
    if newest.exists():
        aside = newest.with_name(f"state.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}.json")
        newest.rename(aside)
        notice += f" The damaged one is kept as {aside}."
    return snapshot, [notice]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DamagedSnapshot("it is not text") from None
