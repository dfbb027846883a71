"""What a user of the templates chooses, and the sizes that follow from it.

Everything that differs between two generated sets of templates is a field or a property here; no stack module asks for
the name of the environment itself. What differs between two deployments of one set (an image, a domain, an e-mail
address) is a CloudFormation parameter instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENTS: Final = ("dev", "prod")
CAPACITIES: Final = ("fargate", "ec2")
TASK_LAYOUTS: Final = ("shared", "independent")

APPLICATION: Final = "todo"


class WrongChoiceError(ValueError):
    """A field of the configuration holds a value that no template exists for; the message names the choices."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One of the eight combinations.

    ``environment``: "dev" or "prod": sizes, NAT gateways, retention and protection.
    ``capacity``: "fargate" or "ec2": who owns the machines the tasks run on.
    ``task_layout``: "shared": both containers in one task definition, as the source describes; "independent": a service
    each.
    Raises ``WrongChoiceError`` for any other value.
    """

    environment: str = "dev"
    capacity: str = "fargate"
    task_layout: str = "independent"

    def __post_init__(self) -> None:
        for field, value, choices in (
            ("environment", self.environment, ENVIRONMENTS),
            ("capacity", self.capacity, CAPACITIES),
            ("task layout", self.task_layout, TASK_LAYOUTS),
        ):
            if value not in choices:
                raise WrongChoiceError(f"{field} is {value!r}; choose one of: {', '.join(choices)}.")

    @property
    def is_production(self) -> bool:
        return self.environment == "prod"

    @property
    def uses_ec2(self) -> bool:
        return self.capacity == "ec2"

    @property
    def shares_task(self) -> bool:
        return self.task_layout == "shared"

    def stack_name(self, stack: str) -> str:
        """The name a stack is deployed under, and so the prefix of its exports: ``todo-prod-network``."""
        return f"{APPLICATION}-{self.environment}-{stack}"

    @property
    def metrics_namespace(self) -> str:
        """Where CloudWatch keeps the metrics that the environment's log lines carry: ``Todo/prod``."""
        return f"{APPLICATION.capitalize()}/{self.environment}"

    # Sizes. The reasons and the prices are in docs/decisions.

    @property
    def nat_gateways(self) -> int:
        """One a zone in production, so that losing a zone costs only that zone its way out; one in all otherwise."""
        return 3 if self.is_production else 1

    @property
    def log_retention_days(self) -> int:
        return 90 if self.is_production else 14

    @property
    def object_log_retention_days(self) -> int:
        """How long access logs of buckets, load balancer and distribution are kept in the log bucket."""
        return 365 if self.is_production else 30

    @property
    def noncurrent_version_days(self) -> int:
        """How long an overwritten or deleted object can still be brought back."""
        return 30 if self.is_production else 7

    @property
    def backup_retention_days(self) -> int:
        """Of the weekly copies: longer than the 35 days that point-in-time recovery reaches back, or there would be no need."""
        return 90 if self.is_production else 42

    @property
    def minimum_tasks(self) -> int:
        """Tasks of a service that always run: one a zone in production."""
        return 3 if self.is_production else 2

    @property
    def maximum_tasks(self) -> int:
        return 24 if self.is_production else 4

    @property
    def requests_per_second(self) -> int:
        """What the API lets through of all callers together."""
        return 1_000 if self.is_production else 100

    @property
    def on_demand_tasks(self) -> int:
        """Tasks of a service that are never spot, with capacity ``fargate``."""
        return self.minimum_tasks if self.is_production else 1

    @property
    def container_cpu(self) -> int:
        """Units of 1/1024 CPU a service's container may use. Two containers of a size make the next task size Fargate has."""
        return 512 if self.is_production else 256

    @property
    def container_memory(self) -> int:
        """MiB a service's container may use."""
        return 1024 if self.is_production else 512

    @property
    def minimum_instances(self) -> int:
        """Machines that always run with capacity ``ec2``, on demand: one a zone in production."""
        return 3 if self.is_production else 1

    @property
    def maximum_instances(self) -> int:
        return 24 if self.is_production else 4

    @property
    def monthly_budget_dollars(self) -> int:
        return 600 if self.is_production else 250


def combinations() -> Iterator[Configuration]:
    """Every set of templates that can be generated: 2 x 2 x 2."""
    for environment, capacity, task_layout in product(ENVIRONMENTS, CAPACITIES, TASK_LAYOUTS):
        yield Configuration(environment, capacity, task_layout)
