"""todo_project/worker.py stands on parts of gunicorn that are not documented: when one of them changes, this names it."""

import hashlib
import inspect
import re
from typing import Any

import gunicorn
import pytest
from gunicorn import arbiter, http
from gunicorn.http import unreader
from gunicorn.workers import base, gthread

from todo_project.localaws.connection import ROOT
from todo_project.worker import BufferingWorker

pytestmark = pytest.mark.promise(
    "The container's worker stands on the gunicorn it was written for",
    "the version pinned in three files; every undocumented part it uses compared with the one that was read",
    chapter="Always there",
)
PARTS: dict[str, Any] = {
    "TConn": gthread.TConn,
    "PollableMethodQueue": gthread.PollableMethodQueue,
    **{
        f"ThreadWorker.{name}": getattr(gthread.ThreadWorker, name)
        for name in (
            "__init__",
            "init_process",
            "run",
            "set_accept_enabled",
            "wait_for_and_dispatch_events",
            "accept",
            "enqueue_req",
            "handle",
            "handle_request",
            "finish_request",
            "on_client_socket_readable",
            "murder_keepalived",
            "murder_pending",
            "_cap_keepalive",
            "_keepalive_after",
        )
    },
    "Worker.handle_error": base.Worker.handle_error,
    "Worker.notify": base.Worker.notify,
    "Unreader": unreader.Unreader,
    "SocketUnreader": unreader.SocketUnreader,
    "get_parser": http.get_parser,
    "Arbiter.handle_term": arbiter.Arbiter.handle_term,
    "Arbiter.run": arbiter.Arbiter.run,
}
READ: dict[str, str] = {
    "TConn": "e3a2878ba952",
    "PollableMethodQueue": "5b4a78bd3cfb",
    "ThreadWorker.__init__": "5681b8b542ea",
    "ThreadWorker.init_process": "e4fc63a1a68e",
    "ThreadWorker.run": "f92c7394d857",
    "ThreadWorker.set_accept_enabled": "140150ebfd3c",
    "ThreadWorker.wait_for_and_dispatch_events": "ea969b352482",
    "ThreadWorker.accept": "f8dcead3dce5",
    "ThreadWorker.enqueue_req": "c9f428953d24",
    "ThreadWorker.handle": "ca85c9be3df7",
    "ThreadWorker.handle_request": "6d0de5b91910",
    "ThreadWorker.finish_request": "616e7bb15a00",
    "ThreadWorker.on_client_socket_readable": "aead1a3ea7b7",
    "ThreadWorker.murder_keepalived": "4459960c4ccc",
    "ThreadWorker.murder_pending": "7bf11f464542",
    "ThreadWorker._cap_keepalive": "745c8ac37108",
    "ThreadWorker._keepalive_after": "4ebdbbc8bf5a",
    "Worker.handle_error": "75426448389b",
    "Worker.notify": "7f509bc4046b",
    "Unreader": "84aaa8f91fcd",
    "SocketUnreader": "786a257be09e",
    "get_parser": "b7d8dcde91e2",
    "Arbiter.handle_term": "93d583480a66",
    "Arbiter.run": "1ddfab9d644f",
}
"""What was read when worker.py was written: the first characters of each source's SHA-256."""


def test_the_version_is_pinned() -> None:
    wanted = f"gunicorn=={gunicorn.__version__}"
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        found = re.findall(r"gunicorn[=~<>][^\s\",\\]*", (ROOT / name).read_text(encoding="utf-8"))
        assert found == [wanted], f"{name} must name {wanted}: todo_project/worker.py is written for one version"


@pytest.mark.parametrize("name", PARTS)
def test_what_the_worker_stands_on_is_as_it_was_read(name: str) -> None:
    digest = hashlib.sha256(inspect.getsource(PARTS[name]).encode()).hexdigest()[:12]
    assert digest == READ.get(name), (
        f"gunicorn {gunicorn.__version__} has another {name} than todo_project/worker.py was written for. Read it beside the "
        f'worker, run `make prove`, then write here: "{name}": "{digest}",'
    )


@pytest.mark.parametrize("name", [name for name in vars(BufferingWorker) if callable(getattr(gthread.ThreadWorker, name, None))])
def test_what_it_overrides_takes_the_same(name: str) -> None:
    ours, theirs = (len(inspect.signature(getattr(kind, name)).parameters) for kind in (BufferingWorker, gthread.ThreadWorker))
    assert name == "__init__" or ours == theirs
