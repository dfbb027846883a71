"""todo_project/worker.py stands on parts of gunicorn that are not documented: when one of them changes, this names it."""

import inspect
import re
import zlib
from typing import Any

import gunicorn
import pytest
from gunicorn import arbiter, http
from gunicorn.http import unreader
from gunicorn.workers import base, gthread

from local.aws.connection import ROOT
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
            "murder_keepalived",
            "murder_pending",
            "_cap_keepalive",
            "_keepalive_after",
        )
    },
    "Worker.__init__": base.Worker.__init__,
    "Worker.handle_error": base.Worker.handle_error,
    "Worker.notify": base.Worker.notify,
    "Unreader": unreader.Unreader,
    "SocketUnreader": unreader.SocketUnreader,
    "get_parser": http.get_parser,
    "Arbiter.handle_term": arbiter.Arbiter.handle_term,
    "Arbiter.run": arbiter.Arbiter.run,
    "Arbiter.spawn_worker": arbiter.Arbiter.spawn_worker,
    "Arbiter.reap_workers": arbiter.Arbiter.reap_workers,
}
READ: dict[str, int] = {
    "TConn": 3460846589,
    "PollableMethodQueue": 81313127,
    "ThreadWorker.__init__": 2144021184,
    "ThreadWorker.init_process": 1744743727,
    "ThreadWorker.run": 3377249209,
    "ThreadWorker.set_accept_enabled": 1920352157,
    "ThreadWorker.wait_for_and_dispatch_events": 219813136,
    "ThreadWorker.accept": 2373436442,
    "ThreadWorker.enqueue_req": 2796744314,
    "ThreadWorker.handle": 2643496344,
    "ThreadWorker.handle_request": 2724809579,
    "ThreadWorker.finish_request": 1147375468,
    "ThreadWorker.murder_keepalived": 3397357527,
    "ThreadWorker.murder_pending": 2210480993,
    "ThreadWorker._cap_keepalive": 1108263747,
    "ThreadWorker._keepalive_after": 2768188372,
    "Worker.__init__": 3230494211,
    "Worker.handle_error": 1169400076,
    "Worker.notify": 2266639881,
    "Unreader": 4182672406,
    "SocketUnreader": 304977758,
    "get_parser": 767486292,
    "Arbiter.handle_term": 3209367936,
    "Arbiter.run": 2637223843,
    "Arbiter.spawn_worker": 296937768,
    "Arbiter.reap_workers": 521996511,
}
"""What was read when worker.py was written: the checksum of each part's source."""


def test_the_version_is_pinned() -> None:
    wanted = f"gunicorn=={gunicorn.__version__}"
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        found = re.findall(r"gunicorn[=~<>][^\s\",\\]*", (ROOT / name).read_text(encoding="utf-8"))
        assert found == [wanted], f"{name} must name {wanted}: todo_project/worker.py is written for one version"


@pytest.mark.parametrize("name", PARTS)
def test_what_the_worker_stands_on_is_as_it_was_read(name: str) -> None:
    checksum = zlib.crc32(inspect.getsource(PARTS[name]).encode())
    assert checksum == READ.get(name), (
        f"gunicorn {gunicorn.__version__} has another {name} than todo_project/worker.py was written for. Read it beside the "
        f'worker, run `make prove`, then write here: "{name}": {checksum},'
    )


@pytest.mark.parametrize("name", [name for name in vars(BufferingWorker) if callable(getattr(gthread.ThreadWorker, name, None))])
def test_what_it_overrides_takes_the_same(name: str) -> None:
    ours, theirs = (len(inspect.signature(getattr(kind, name)).parameters) for kind in (BufferingWorker, gthread.ThreadWorker))
    assert name == "__init__" or ours == theirs
