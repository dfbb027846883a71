"""Ends what the rehearsal started when the rehearsal itself can no longer do it (killed outright, terminal closed).

Runs as a process of its own: ``python guard.py FOLDER``. The ids of process groups arrive line by line on its standard
input. When that pipe closes, the rehearsal is gone, however it went: every group is killed and the folder removed.
"""

import contextlib
import os
import shutil
import signal
import sys


def main() -> None:
    # A Ctrl-C reaches the whole terminal; the guard outlives it, so that it can clean up after everything else.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups = [int(line) for line in sys.stdin if line.strip()]
    for group in groups:
        # Gone already, which is what the rehearsal leaves behind when it ends by itself.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    shutil.rmtree(sys.argv[1], ignore_errors=True)


if __name__ == "__main__":
    main()
