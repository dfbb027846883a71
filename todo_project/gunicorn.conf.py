"""gunicorn for both containers: `gunicorn --config todo_project/gunicorn.conf.py todo_project.wsgi`."""

import gc
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from todo_project.aws import sdk
from todo_project.draining import drain_first

bind = settings.BIND
# gthread that no slow client can hold a thread of (todo_project/worker.py).
worker_class = "todo_project.worker.BufferingWorker"
# Imported once, before the fork: the workers share it (docs/decisions/0033-one-import-before-the-fork.md).
preload_app = True
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS
timeout = 30
# ECS sends SIGTERM, then waits stopTimeout (90 s): requests in hand are finished first.
graceful_timeout = 30
# Longer than the load balancer's idle timeout (60 s), so that it never reuses a connection that is being closed here.
keepalive = 75
# Heartbeats in memory: the root file system is read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
# Requests are logged by RequestLogMiddleware: gunicorn's access log would hold paths with ids in them.
accesslog = None


class NoAccessLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own collects all that a line could have, 0.05 ms a request, once logging is configured at all."""

    def access(self, *_: Any) -> None:
        """Nothing."""


logger_class = NoAccessLog
logconfig_dict = {
    **settings.LOGGING,
    "loggers": {"gunicorn.error": {"level": settings.LOG_LEVEL, "handlers": [], "propagate": True}},
}


def when_ready(server: Any) -> None:
    """In the master, before the first worker is forked: all that workers can share, which is what has no thread and no socket."""
    # The load balancer goes on sending for some seconds after SIGTERM.
    drain_first(server, settings.DRAIN_SECONDS)
    # Reads the views, which the first request of each worker would otherwise wait for.
    import_module(settings.ROOT_URLCONF)
    sdk.read_descriptions(*settings.AWS_SERVICES)
    # A collection would write to every object here, and so copy the pages that the workers share.
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Makes the clients of AWS (no call goes out) before the first request, which would come to all threads at once.

    Each thread would then make its own, for tenths of a second: `cache` does not wait for another thread's first result.
    """
    for name in settings.MADE_AT_START:
        import_string(name)()


def child_exit(server: Any, worker: Any) -> None:
    """In the master, after a worker has ended, however it did."""
    worker.ended()
