"""How many tasks and machines a load keeps running, by the scaling policies of the templates."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from deploy.billing.traffic import OPERATIONS, share_of
from deploy.stacks.services.scaling import CPU_TARGET, REQUESTS_TARGET

if TYPE_CHECKING:
    from deploy.billing.inventory import Inventory, Tasks
    from deploy.billing.traffic import Load
    from deploy.throughput import Throughput

MACHINE_CPU, MACHINE_MEMORY, MACHINE_TASKS = 2.0, 7.0, 2
"""An m6i.large: vCPU, GB beside system and agent, and network interfaces it has left for tasks."""
FULL: Final = 0.9
"""How full ECS keeps the machines of production."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What runs: ``on_demand`` and ``spot`` tasks as (vCPU, GB) sums, machines, and tasks by scope."""

    tasks: dict[str, int]
    vcpu: float
    memory: float
    spot_vcpu: float
    spot_memory: float
    machines: int
    spot_machines: int


def milliseconds(services: tuple[str, ...], throughput: Throughput) -> float:
    """Mean processor time of a request of these services."""
    chosen = [each for each in OPERATIONS if each.service in services]
    return sum(_time(each.work, throughput) * each.times * each.share for each in chosen) / sum(each.share for each in chosen)


def _time(work: str, throughput: Throughput) -> float:
    return throughput.page(50) if work == "list of 50" else throughput.cpu_ms[work]


def tasks_for(tasks: Tasks, rate: float, throughput: Throughput, requests_target: float = REQUESTS_TARGET) -> int:
    """Tasks that the policies settle at for ``rate`` requests a second of the whole service, between minimum and maximum.

    Each target group has its own policy on requests, and the processor has one; the largest wins.
    """
    busy = rate * share_of(tasks.services) * milliseconds(tasks.services, throughput) / 1_000
    by_processor = busy / (tasks.cpu * CPU_TARGET / 100)
    by_requests = max(rate * share_of((service,)) * 60 / requests_target for service in tasks.services)
    return min(tasks.maximum, max(tasks.minimum, ceil(by_processor), ceil(by_requests)))


def fleet(inventory: Inventory, load: Load, throughput: Throughput, requests_target: float = REQUESTS_TARGET) -> Fleet:
    """What the load keeps running on a month's average."""
    configuration = inventory.configuration
    counts = {tasks.scope: tasks_for(tasks, load.rate, throughput, requests_target) for tasks in inventory.tasks}
    vcpu = memory = spot_vcpu = spot_memory = 0.0
    for tasks in inventory.tasks:
        count = counts[tasks.scope]
        # Above the base, development takes on demand and spot by turns.
        spot = 0.0 if configuration.is_production else (count - configuration.on_demand_tasks) / 2
        vcpu += (count - spot) * tasks.cpu
        memory += (count - spot) * tasks.memory
        spot_vcpu += spot * tasks.cpu
        spot_memory += spot * tasks.memory
    if not configuration.uses_ec2:
        return Fleet(counts, vcpu, memory, spot_vcpu, spot_memory, 0, 0)
    full = FULL if configuration.is_production else 1.0
    needed = max(
        ceil((vcpu + spot_vcpu) / MACHINE_CPU / full),
        ceil((memory + spot_memory) / MACHINE_MEMORY / full),
        ceil(sum(counts.values()) / MACHINE_TASKS / full),
    )
    machines = min(configuration.maximum_instances, max(inventory.machines, needed))
    spot_machines = 0 if configuration.is_production else machines - inventory.machines
    return Fleet(counts, 0, 0, 0, 0, machines - spot_machines, spot_machines)
