"""SIGTERM does not close the door at once: load balancers send to a container for some seconds after it was told to stop."""

import mmap
import signal
from threading import Timer
from typing import Any

# One byte that the master and its workers share.
_draining = mmap.mmap(-1, 1)


def draining() -> bool:
    """Whether this container is being replaced: then every answer closes its connection."""
    return bool(_draining[0])


def drain_first(arbiter: Any, seconds: float) -> None:
    """For gunicorn's hook `when_ready`: after SIGTERM go on serving for `seconds`, then stop as gunicorn does.

    A second SIGTERM stops at once.
    """
    stop = arbiter.handle_term

    def handle_term() -> None:
        if seconds <= 0 or draining():
            stop()
        _draining[0] = 1
        arbiter.log.info("Draining for %s s before the stop", seconds)
        timer = Timer(seconds, arbiter.SIG_QUEUE.put_nowait, (signal.SIGTERM,))
        timer.daemon = True
        timer.start()

    arbiter.handle_term = handle_term
