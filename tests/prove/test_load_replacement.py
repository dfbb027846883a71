"""Containers are replaced, and workers die, under load."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.prove.fronts import HAProxy
from tests.prove.load import Load, Outcome, Request
from tests.prove.record import some
from tests.prove.serving import Container, Stubbed, wait_until

CHAPTER = "Always there"
REQUESTS = some(20_000)
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


@pytest.fixture
def balancer(tmp_path: Path) -> Iterator[HAProxy]:
    """Two places for containers; nobody is in them yet."""
    front = HAProxy(tmp_path, 1, 1)
    front.deregister(0)
    front.deregister(1)
    yield front
    front.stop()


@pytest.mark.timeout(400)
def test_rolling_replacement(stubbed: Stubbed, balancer: HAProxy, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "A container is replaced under load and no request fails",
        "in ECS's order: the new one registered, the old one deregistered, its requests in progress finished, then SIGTERM; "
        "HAProxy tries nothing twice; again and again until enough requests are done",
    )
    old, place = Container("todos", stubbed.variables()), 0
    balancer.register(place, old.port)
    load = Load(lambda: balancer.url, MIXED, stubbed.authorization, clients=8, limit=REQUESTS).start()
    replaced, ended, begun = 0, [], time.monotonic()
    # At least two replacements, whatever the speed; at most some three minutes of them.
    while (len(load.outcome.seconds) < REQUESTS and time.monotonic() - begun < 200) or replaced < 2:
        new = Container("todos", stubbed.variables())
        balancer.register(1 - place, new.port)
        balancer.deregister(place)
        old.terminate()
        ended.append(old.process.wait(60))
        old, place, replaced = new, 1 - place, replaced + 1
    outcome = load.finish(120)
    old.stop()
    proof.times = len(outcome.seconds)
    proof.found = f"{replaced} replacements, {len(outcome.failures)} failed"
    assert outcome.failures == []
    assert len(outcome.seconds) >= REQUESTS
    assert set(ended) == {0}


@pytest.mark.timeout(120)
def test_in_the_wrong_order_requests_fail(stubbed: Stubbed, balancer: HAProxy, proof: Any) -> None:
    proof.of(CHAPTER, "The test of replacement can fail", "SIGTERM first, once: it must lose requests")
    old, new = Container("todos", stubbed.variables()), Container("todos", stubbed.variables())
    balancer.register(0, old.port)
    balancer.register(1, new.port)
    load = Load(lambda: balancer.url, MIXED, stubbed.authorization, clients=8).start()
    wait_until(lambda: len(load.outcome.seconds) > 200)
    old.terminate()
    old.process.wait(60)
    wait_until(lambda: len(load.outcome.failures) > 0)
    outcome = load.stop()
    new.stop()
    proof.times, proof.found = len(outcome.seconds), f"{len(outcome.failures)} failed, as they must"


@dataclass
class Kill:
    """When a worker was killed, and how many connections it held."""

    moment: float
    held: int


def only_in_hand(outcome: Outcome, kills: list[Kill]) -> None:
    """Each failure is a broken connection, at the time of a kill.

    A client loses the request that the worker had, and at most one more: its socket takes connections until the kernel closes it.
    """
    found = [0] * len(kills)
    for begun, why in outcome.failures:
        assert not why.isdigit(), f"a response of {why}"
        nearest = min(range(len(kills)), key=lambda number: abs(begun - kills[number].moment))
        assert abs(begun - kills[nearest].moment) < 1.0, f"{why} at a time when no worker died"
        found[nearest] += 1
    for number, kill in zip(found, kills, strict=True):
        assert number <= 2 * kill.held, f"{number} failed, {kill.held} were in hand"
    assert outcome.in_a_row <= 2, "a request after the kill was not served"


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(failures=[(10.0, "503")], in_a_row=1),
        Outcome(failures=[(12.0, "reset")], in_a_row=1),
        Outcome(failures=[(10.0, "reset")] * 5, in_a_row=1),
        Outcome(failures=[(10.0, "reset")] * 2, in_a_row=3),
    ],
    ids=["an error", "another time", "too many", "three in a row"],
)
def test_the_bound_of_a_killed_worker_can_fail(outcome: Outcome) -> None:
    only_in_hand(Outcome(failures=[(10.0, "reset")] * 4, in_a_row=2), [Kill(9.9, 2)])
    with pytest.raises(AssertionError):
        only_in_hand(outcome, [Kill(9.9, 2)])


@pytest.mark.timeout(120)
def test_killed_worker(stubbed: Stubbed, proof: Any) -> None:
    clients, count = 8, 10
    proof.of(
        CHAPTER,
        "A worker killed with -9 fails only the requests that it had, and those that connect while it dies",
        f"{count} kills under load of {clients} clients; no more than two failures for each connection that it held, none at "
        "other times, and each client is served after two at most",
    )
    container = Container("todos", stubbed.variables())
    load = Load(lambda: container.url, MIXED, stubbed.authorization, clients=clients).start()
    kills = []
    for _ in range(count):
        before = len(load.outcome.seconds)
        wait_until(lambda before=before: len(load.outcome.seconds) > before + 50)
        victim = max(container.workers(), key=container.connections)
        kills.append(Kill(time.monotonic(), container.connections(victim)))
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: victim not in container.workers() and len(container.workers()) == 2)
    before = len(load.outcome.seconds)
    wait_until(lambda: len(load.outcome.seconds) > before + 100)
    outcome = load.stop()
    container.stop()
    proof.times = len(outcome.seconds)
    proof.found = f"{len(outcome.failures)} failed of {sum(kill.held for kill in kills)} that could have been in hand"
    only_in_hand(outcome, kills)
