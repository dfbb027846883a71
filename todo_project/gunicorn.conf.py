"""gunicorn for both containers: `gunicorn --config todo_project/gunicorn.conf.py todo_project.wsgi`."""

import gc
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.http.errors import InvalidHeader  # type: ignore[import-untyped]

from todo_project.aws import sdk

bind = settings.BIND
worker_class = "gthread"
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS
# A listening socket for each worker, among which the kernel spreads new connections. Load balancers keep connections for long:
# with one shared socket a single worker often gets most of them.
reuse_port = True
# The parser that tests/security/test_request_framing.py tries, also where gunicorn_h1c is installed.
http_parser = "python"
# Imported once, before the fork: the workers share it (docs/explanation/decisions/0033-one-import-before-the-fork.md).
preload_app = True
timeout = 30
# ECS sends SIGTERM, then waits stopTimeout (90 s): requests in progress are finished first.
graceful_timeout = 30
# Longer than the load balancer's idle timeout (60 s), so that it never reuses a connection that is being closed here.
keepalive = 75
# Heartbeats in memory: the root file system is read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True


def when_ready(server: Any) -> None:
    """In the master, before the first worker is forked: all that workers can share, which is what has no thread and no socket."""
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


def pre_request(worker: Any, request: Any) -> None:
    """Refuses HTTP/1.1 without Host with 400 (RFC 9112, section 3.2): Django would use the socket's address instead."""
    if request.version >= (1, 1) and not any(name == "HOST" for name, _ in request.headers):
        raise InvalidHeader("HOST", req=request)
