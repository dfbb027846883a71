"""`python -m local.aws.guard COMMAND …`: run a command until it ends or our standard input does.

Whoever starts the guard holds the other end of its standard input, and the kernel closes that however the starter ends: no
gunicorn is left on a port by a `kill -9`.
"""

import os
import signal
import subprocess
import sys
import threading
from typing import Final

GRACE_SECONDS: Final = 35
"""Longer than gunicorn's graceful timeout (30 s)."""


def main() -> None:
    """Run `sys.argv[1:]`; exit with its code."""
    signal.signal(signal.SIGTERM, lambda *_: None)  # sent to the group: the command ends by it, and then we do
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603  # our starter's command

    def watch() -> None:
        while os.read(0, 1024):
            pass
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    threading.Thread(target=watch, daemon=True).start()
    code = process.wait()
    raise SystemExit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
