"""When the request that a thread serves had arrived: the worker that collected it says so, and the deadline counts from there.

A request that waited for a thread has less time left for AWS than one that did not: behind a slow AWS the queue ends in 503s
within seconds, instead of growing older than its callers' patience.
"""

from contextvars import ContextVar

arrived: ContextVar[float | None] = ContextVar("arrived", default=None)
"""By the monotonic clock, in seconds. None: nobody said so, and the request's time begins where it is read."""
