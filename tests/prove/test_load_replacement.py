"""Containers are replaced, and workers die, under load."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.prove.balancer import Balancer
from tests.prove.load import Load, Request
from tests.prove.serving import Container, Stubbed, wait_until

CHAPTER = "Always there"
LAG = 5.0  # seconds for which the balancer goes on sending to the old one after SIGTERM
REQUESTS = 20_000
MIXED = [
    Request("GET", "/api/me/todos?limit=10"),
    Request("GET", "/api/me/todos/11111111-1111-4111-8111-000000000000"),
    Request("POST", "/api/me/todos", b'{"title": "Buy milk"}'),
    Request("PATCH", "/api/me/todos/11111111-1111-4111-8111-000000000000", b'{"completed": true}'),
    Request("GET", "/healthz"),
]


@pytest.fixture
def stubbed(tmp_path: Path) -> Iterator[Stubbed]:
    """A canned AWS."""
    canned = Stubbed(tmp_path)
    canned.start()
    yield canned
    canned.stop()


@pytest.mark.timeout(400)
def test_rolling_replacement(stubbed: Stubbed, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "A container is replaced under load and no request fails",
        f"new one healthy, old one deregistered and sent SIGTERM; the balancer sends to it for {LAG:.0f} s more and tries "
        "nothing twice; again and again until enough requests are done",
    )
    balancer, variables = Balancer(), stubbed.variables()
    old = Container("todos", variables)
    target = balancer.register(old.port)
    load = Load(lambda: balancer.url, MIXED, stubbed.authorization, clients=8, limit=REQUESTS).start()
    replaced, ended = 0, []
    begun = time.monotonic()
    # At least two replacements, whatever the machine's speed; at most two minutes of them.
    while (len(load.outcome.seconds) < REQUESTS and time.monotonic() - begun < 200) or replaced < 2:
        new = Container("todos", variables)
        following = balancer.register(new.port)
        balancer.deregister(target, lag=LAG)
        old.replace()
        old.process.wait(60)
        ended.append(old.process.returncode)
        replaced += 1
        old, target = new, following
    outcome = load.finish(120)
    old.stop()
    balancer.stop()
    proof.times = len(outcome.seconds)
    proof.found = f"{replaced} replacements, {len(outcome.failures)} failed"
    assert outcome.failures == []
    assert len(outcome.seconds) >= REQUESTS
    assert set(ended) == {0}


@pytest.mark.timeout(120)
def test_killed_worker(stubbed: Stubbed, proof: Any) -> None:
    clients, kills = 8, 5
    proof.of(
        CHAPTER,
        "A worker killed with -9 fails only the requests in its hands",
        f"{kills} kills under load of {clients} clients; at most one failure a client and kill, none at other times, and the "
        "next requests are served",
    )
    container = Container("todos", stubbed.variables())
    load = Load(lambda: container.url, MIXED, stubbed.authorization, clients=clients).start()
    killed = []
    for _ in range(kills):
        before = len(load.outcome.seconds)
        wait_until(lambda before=before: len(load.outcome.seconds) > before + 50)
        victim = container.workers()[0]
        killed.append(time.monotonic())
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: victim not in container.workers() and len(container.workers()) == 2)
    before = len(load.outcome.seconds)
    wait_until(lambda: len(load.outcome.seconds) > before + 100)
    outcome = load.stop()
    container.stop()
    proof.times = len(outcome.seconds)
    proof.found = f"{len(outcome.failures)} failed of {kills * clients} that could have been in hand"
    # A client has one request in hand at a time: no client fails twice for one kill, and none with an answer that is an error.
    for begun, why in outcome.failures:
        assert not why.isdigit(), why
        assert min(abs(begun - moment) for moment in killed) < 1.0, f"{why} at a time when no worker died"
    assert len(outcome.failures) <= kills * clients
