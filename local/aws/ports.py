"""Ports of this computer."""

import os
import socket

from local.aws.state import LocalAWSError


def listen(address: str, port: int, advice: str) -> socket.socket:
    """A listening socket. Raises `LocalAWSError` for a port that cannot be used; `advice`: what to do about it."""
    try:
        return socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET, backlog=128)
    except OSError as error:
        raise LocalAWSError(f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). {advice}") from None
