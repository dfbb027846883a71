"""What the embedded Cognito "mails", shown in a terminal: codes of sign-up and forgotten passwords."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def show(path: Path, write: Callable[[str], object], *, seconds: float = 0.3) -> Callable[[], None]:
    """From now on `write` each message that the server appends to `path`, from a thread; answers a function that ends it."""
    ended = threading.Event()
    position = path.stat().st_size if path.exists() else 0

    def follow() -> None:
        at = position
        while not ended.wait(seconds):
            for message, end in _messages(path, at):
                write(as_text(message))
                at = end

    thread = threading.Thread(target=follow, name="localaws-mail", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def as_text(message: dict[str, Any]) -> str:
    """One message for a person: who gets it, and all of it."""
    return f"Mail to {', '.join(message['to'])}: {message['subject']}: {message['body']}"


def _messages(path: Path, position: int) -> Iterator[tuple[dict[str, Any], int]]:
    """Whole lines from `position` on, each with the position after it."""
    try:
        with path.open("rb") as file:
            file.seek(position)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # still being written
                position += len(line)
                yield json.loads(line), position
    except FileNotFoundError:
        return
