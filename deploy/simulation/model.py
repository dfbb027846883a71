"""A second-by-second model of one service behind the load balancer, scaled by target tracking.

Requests are a fluid: what the tasks cannot answer waits, and what would wait longer than the API does is lost. The rules of
target tracking are those of the Application Auto Scaling user guide: an alarm on three minutes above the target grows the
service in proportion, one on fifteen minutes below nine tenths of it shrinks it; the policy that wants most tasks wins.
Delays are assumptions, named below. No chance is involved: the same input gives the same series.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.simulation.policies import Policies

MINUTE: Final = 60
METRIC_DELAY: Final = 60
"""Seconds after its minute until CloudWatch's alarm sees a value."""
MINUTES_ABOVE, MINUTES_BELOW = 3, 15
BELOW: Final = 0.9
START: Final = 60
"""Seconds from desired to a task that answers: placing, image, boot (the services themselves need less than 2)."""
PATIENCE: Final = 30
"""Seconds the API waits for an answer."""


@dataclass(slots=True)
class Second:
    """What happened in one second. Rates in requests a second; ``wait`` in seconds, of a request that arrives now."""

    offered: float
    throttled: float
    lost: float
    running: int
    desired: int
    wait: float
    busy: float


@dataclass(slots=True)
class _Tasks:
    """Tasks that answer, and those on their way as the seconds they will answer at."""

    running: int
    starting: list[int] = field(default_factory=list)

    @property
    def desired(self) -> int:
        return self.running + len(self.starting)

    def want(self, count: int, ready: int) -> None:
        if count > self.desired:
            self.starting += [ready] * (count - self.desired)
        while count < self.desired and self.starting:
            self.starting.pop()
        self.running = min(self.running, count)

    def pass_to(self, second: int) -> None:
        self.running += sum(ready <= second for ready in self.starting)
        self.starting = [ready for ready in self.starting if ready > second]


def simulate(policies: Policies, load: Callable[[int], float], seconds: int, *, rate_of_task: float) -> list[Second]:
    """The service for ``seconds`` under ``load`` (second to requests a second offered), from the tasks that suit second 0.

    ``rate_of_task``: requests a second that one task's processor answers.
    """
    begin = ceil(max(load(0) * MINUTE / policies.requests_target, load(0) / rate_of_task / policies.cpu_target * 100))
    tasks = _Tasks(min(policies.maximum, max(policies.minimum, begin)))
    scaler = _Scaler(policies)
    waiting, tokens = 0.0, policies.burst
    series: list[Second] = []
    for now in range(seconds):
        tasks.pass_to(now)
        offered = load(now)
        tokens = min(policies.burst, tokens + policies.throttle)
        admitted = min(offered, tokens)
        tokens -= admitted
        able = tasks.running * rate_of_task
        answered = min(waiting + admitted, able)
        waiting += admitted - answered
        lost = max(0.0, waiting - able * PATIENCE)
        waiting -= lost
        running = tasks.running
        scaler.see(admitted, answered / able, running)
        if (now + 1) % MINUTE == 0:
            tasks.want(scaler.decide(now + 1, tasks.desired), now + 1 + START + policies.passing_check)
        series.append(Second(offered, offered - admitted, lost, running, tasks.desired, waiting / able, answered / able))
    return series


class _Scaler:
    """Both policies: collects minutes, and says each minute how many tasks there should be."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self.minute: list[tuple[float, float, int]] = []
        # Tasks that each minute would have wanted, also as a part of those that ran.
        self.minutes: list[tuple[float, float]] = []
        self.grown_at = self.shrunk_at = -(10**6)
        self.grown_to = 0

    def see(self, requests: float, busy: float, running: int) -> None:
        self.minute.append((requests, busy, running))

    def decide(self, now: int, desired: int) -> int:
        """Tasks wanted after the minute that ends ``now``, of which the alarms know what is older than their delay."""
        requests = sum(each for each, _, _ in self.minute)
        busy = sum(each * running for _, each, running in self.minute) / len(self.minute)
        running = sum(running for _, _, running in self.minute) / len(self.minute)
        self.minute.clear()
        wanted = max(requests / self.policies.requests_target, busy * 100 / self.policies.cpu_target)
        self.minutes.append((wanted, wanted / running))
        known = self.minutes[: len(self.minutes) - METRIC_DELAY // MINUTE]
        above, below = known[-MINUTES_ABOVE:], known[-MINUTES_BELOW:]
        if len(above) == MINUTES_ABOVE and all(part > 1 for _, part in above):
            return self._grow(now, desired, ceil(above[-1][0]))
        if len(below) == MINUTES_BELOW and all(part < BELOW for _, part in below):
            return self._shrink(now, desired, ceil(below[-1][0]))
        return desired

    def _grow(self, now: int, desired: int, wanted: int) -> int:
        wanted = min(self.policies.maximum, max(desired, wanted))
        resting = now - self.grown_at < self.policies.out_cooldown
        # While it rests, a policy still grows by what is more than it asked for last.
        if wanted > desired and (not resting or wanted > self.grown_to):
            self.grown_at, self.grown_to = now, wanted
            return wanted
        return desired

    def _shrink(self, now: int, desired: int, wanted: int) -> int:
        wanted = max(self.policies.minimum, min(desired, wanted))
        if wanted < desired and now - max(self.shrunk_at, self.grown_at) >= self.policies.in_cooldown:
            self.shrunk_at = now
            return wanted
        return desired
