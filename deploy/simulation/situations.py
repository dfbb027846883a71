"""The jumps of load that are simulated, and what is read from each run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, pi
from typing import TYPE_CHECKING, Final

from deploy.billing.fleet import milliseconds
from deploy.billing.traffic import share_of
from deploy.simulation.model import Second, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.simulation.policies import Policies
    from deploy.throughput import Throughput

SERVICES: Final = ("todos",)
MINUTES: Final = 75
JUMP: Final = 2
"""Times as much within a minute."""
BEGIN, END = 10, 40
"""Minutes between which a jump lasts."""


@dataclass(frozen=True, slots=True)
class Situation:
    """``load``: second to requests a second that visitors send to the service."""

    name: str
    title: str
    load: Callable[[int], float]


def jump(low: float, high: float, over: int = 10) -> Callable[[int], float]:
    """From low to high within ``over`` seconds, for half an hour."""

    def load(second: int) -> float:
        if not BEGIN * 60 <= second < END * 60:
            return low
        return min(high, low + (high - low) * (second - BEGIN * 60) / over)

    return load


def wave(low: float, high: float) -> Callable[[int], float]:
    """A morning in an hour: slowly up and down."""
    return lambda second: low + (high - low) * (1 - cos(2 * pi * second / (MINUTES * 60))) / 2


SITUATIONS: Final = (
    Situation("morning", "A morning pressed into an hour: 30 to 350 requests a second and back", wave(30, 350)),
    Situation("mention", "A mention: 30 to 300 requests a second within ten seconds", jump(30, 300)),
    Situation("front-page", "A front page: 30 to 900 requests a second within ten seconds", jump(30, 900)),
    Situation("beyond", "Beyond the throttle: 30 to 2,500 requests a second within ten seconds", jump(30, 2_500)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is read from a run. Parts are of all requests offered, 0 to 1; ``worst_wait`` in seconds.

    ``first_help``: seconds from a jump to the first new task that answers; None without a jump or without help.
    """

    peak_tasks: int
    first_help: int | None
    worst_wait: float
    lost: float
    throttled: float
    task_hours: float


def rate_of_task(policies: Policies, throughput: Throughput) -> float:
    """Requests a second that keep the processor of one task busy."""
    return policies.vcpu * 1_000 / milliseconds(SERVICES, throughput)


def run(policies: Policies, throughput: Throughput, situation: Situation) -> list[Second]:
    return simulate(policies, situation.load, MINUTES * 60, rate_of_task=rate_of_task(policies, throughput))


def outcome(series: list[Second]) -> Outcome:
    offered = sum(second.offered for second in series)
    begin = BEGIN * 60
    jumped = series[begin + 60].offered > JUMP * series[begin - 1].offered
    after = range(begin, len(series)) if jumped else ()
    helped = next((at for at in after if series[at].running > series[begin].running), None)
    return Outcome(
        peak_tasks=max(second.running for second in series),
        first_help=None if helped is None else helped - begin,
        worst_wait=max(second.wait for second in series),
        lost=sum(second.lost for second in series) / offered,
        throttled=sum(second.throttled for second in series) / offered,
        task_hours=sum(second.running for second in series) / 3_600,
    )


def variants(policies: Policies) -> tuple[tuple[str, Policies], ...]:
    """What could be chosen instead, one change at a time."""
    return (
        ("as built", policies),
        ("3,000 requests a minute and task", replace(policies, requests_target=3_000)),
        (f"{2 * policies.minimum} tasks at least", replace(policies, minimum=2 * policies.minimum)),
        (f"{4 * policies.minimum} tasks at least", replace(policies, minimum=4 * policies.minimum)),
        ("tasks of twice the size", replace(policies, vcpu=2 * policies.vcpu)),
        (f"at most {2 * policies.maximum} tasks, throttle doubled", _doubled(policies)),
    )


def _doubled(policies: Policies) -> Policies:
    return replace(policies, maximum=2 * policies.maximum, throttle=2 * policies.throttle, burst=2 * policies.burst)


def whole_service(rate: float) -> float:
    """Requests a second of both services, when todos gets ``rate``."""
    return rate / share_of(SERVICES)
