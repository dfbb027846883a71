"""The e-mail that the embedded AWS keeps instead of sending it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from deploy.rehearsal.emulator import Emulator


def confirmation_code(emulator: Emulator, address: str) -> str:
    """The code of six digits that was last sent to ``address``. Raises ValueError when none was."""
    messages = httpx.get(f"{emulator.url}/_ministack/ses/messages").json()["messages"]
    for message in reversed(messages):
        if address in str(message) and (code := re.search(r"\b[0-9]{6}\b", str(message.get("Body", message)))):
            return code.group()
    raise ValueError(f"No e-mail with a code was sent to {address}.")
