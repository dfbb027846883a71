"""Ports of this computer."""

import os
import socket

from django.core.management.base import CommandError


def refuse_taken(address: str, port: int, advice: str) -> None:
    """Raise `CommandError` with one sentence when nobody can listen there. `advice`: what to do about it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.create_server((address, port), family=family):
            pass
    except OSError as error:
        raise CommandError(f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). {advice}") from None
