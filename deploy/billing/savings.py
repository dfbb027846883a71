"""What could be saved, in dollars a month at each load: alternatives to what the templates build."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deploy.billing.bill import Line, bill, log_gb, service_log_gb, total
from deploy.billing.fleet import fleet
from deploy.billing.traffic import HOURS, METRICS_BYTES, OPERATIONS, weighted

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.billing.inventory import Inventory
    from deploy.billing.prices import Prices
    from deploy.billing.traffic import Load
    from deploy.throughput import Throughput

COMPRESSED_AWAY: Final = 0.8
"""Of a list's bytes, with gzip; about."""
PLAN_DISCOUNT: Final = 0.20
"""A Compute Savings Plan of one year without payment in advance, for Fargate; about."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a saving is computed for."""

    inventory: Inventory
    load: Load
    prices: Prices
    throughput: Throughput

    @property
    def lines(self) -> tuple[Line, ...]:
        return bill(self.inventory, self.load, self.prices, self.throughput)

    def line(self, price: str) -> float:
        return sum(line.dollars for line in self.lines if line.price == price)

    def less(self, **changes: int | str) -> float:
        """Dollars less with other counts in the inventory."""
        return total(self.lines) - total(replace(self, inventory=replace(self.inventory, **changes)).lines)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Saving:
    """``dollars``: of a month, never below 0. ``costs``: what one gives up, and where it is changed.

    ``within``: the name of another saving that this one is a part of.
    """

    name: str
    costs: str
    dollars: Callable[[Case], float]
    within: str = ""


def _no_copies(case: Case) -> float:
    return case.less(backup_copies=0)


def _one_nat(case: Case) -> float:
    return case.less(nat_gateways=1, addresses=1)


def _no_endpoints(case: Case) -> float:
    through_nat = case.prices.dollars("nat-gb", service_log_gb(case.load)) - case.line("endpoint-gb")
    return max(0.0, case.line("endpoint-hour") - through_nat)


def _arm(case: Case) -> float:
    running = fleet(case.inventory, case.load, case.throughput)
    on_arm = case.prices.dollars("fargate-arm-vcpu", running.vcpu * HOURS)
    on_arm += case.prices.dollars("fargate-arm-gb", running.memory * HOURS)
    here = case.prices.dollars("fargate-vcpu", running.vcpu * HOURS) + case.prices.dollars("fargate-gb", running.memory * HOURS)
    return max(0.0, here - on_arm)


def _savings_plan(case: Case) -> float:
    return PLAN_DISCOUNT * (case.line("fargate-vcpu") + case.line("fargate-gb"))


def _fewer_tasks(case: Case) -> float:
    """Three times the requests a target."""
    now, then = (fleet(case.inventory, case.load, case.throughput, target) for target in (1_000, 3_000))
    vcpu, memory = (now.vcpu - then.vcpu) * HOURS, (now.memory - then.memory) * HOURS
    return case.prices.dollars("fargate-vcpu", vcpu) + case.prices.dollars("fargate-gb", memory)


def _one_log(case: Case) -> float:
    running = fleet(case.inventory, case.load, case.throughput)
    taken_in = log_gb(case.load, running)
    return case.prices.dollars("log-gb", taken_in) - case.prices.dollars("log-gb", taken_in - service_log_gb(case.load))


def _own_metrics(case: Case) -> float:
    taken_in = log_gb(case.load, fleet(case.inventory, case.load, case.throughput))
    without = taken_in - METRICS_BYTES * case.load.requests / 1e9
    lines = case.prices.dollars("log-gb", taken_in) - case.prices.dollars("log-gb", without)
    return case.less(own_metrics=0, purge_metrics=0) + lines


def _route_metrics(case: Case) -> float:
    return case.less(route_metrics=0)


def _eventual(case: Case) -> float:
    listing = sum(each.reads * each.share for each in OPERATIONS if each.name.startswith(("list", "search"))) / 1_000
    return case.line("dynamodb-read-million") * listing / 2 / weighted("reads")


def _compressed(case: Case) -> float:
    spared = COMPRESSED_AWAY * case.load.answer_gb
    sent = sum(line.quantity for line in case.lines if line.price == "cdn-gb")
    on_the_way = case.prices.dollars("cdn-gb", sent) - case.prices.dollars("cdn-gb", sent - spared)
    return on_the_way + case.prices.dollars("alb-lcu", spared)


def _no_api(case: Case) -> float:
    return case.line("api-million")


ONE_LOG: Final = "One log line a request, not two"
NO_ENDPOINTS: Final = "No interface endpoints at all"
SAVINGS: Final = (
    Saving("No weekly backups", "recovery to any second of 35 days stays; nothing older, nothing of a lost table", _no_copies),
    Saving("One NAT gateway", "signing keys are fetched through another zone; one zone down may mean all", _one_nat),
    Saving(NO_ENDPOINTS, "images, logs and secrets go through the NAT gateways", _no_endpoints),
    Saving("Tasks on ARM", "images for both kinds of processor, benchmarks again", _arm),
    Saving("Savings plan for a year", "pays whether used or not", _savings_plan),
    Saving("3,000 requests a minute and task", "less room for a jump, see scaling.md: `REQUESTS_TARGET`", _fewer_tasks),
    Saving(ONE_LOG, "the API's line or the service's alone", _one_log),
    Saving("No metrics in the services' lines", "capacity and calls by route: `METRICS_NAMESPACE` empty", _own_metrics, ONE_LOG),
    Saving("No detailed metrics of routes", "the dashboard's rows by route", _route_metrics),
    Saving("Lists read eventually consistent", "a new to-do may be missing for a moment", _eventual),
    Saving(
        "Answers compressed by the service",
        "processor time for each list; CloudFront compresses only what it may cache",
        _compressed,
    ),
    Saving("CloudFront straight to the load balancer", "no token check before the service, decision 0022", _no_api),
)


def largest(case: Case, count: int = 3) -> list[tuple[Saving, float]]:
    """The savings that are worth most in this case, none of them a part of another."""
    worth = sorted(((saving, saving.dollars(case)) for saving in SAVINGS), key=lambda pair: -pair[1])
    chosen: list[tuple[Saving, float]] = []
    for saving, dollars in worth:
        if saving.within not in {each.name for each, _ in chosen}:
            chosen.append((saving, dollars))
    return chosen[:count]
