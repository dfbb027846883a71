"""What a user of the templates chooses, and the sizes that follow from it.

Everything that differs between two generated sets of templates is a field or a property here; no stack asks for the name
of the profile itself. What differs between two deployments of one set (an image, a domain, an e-mail
address) is a CloudFormation parameter instead.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Self

PROFILES: Final = ("standard", "production")
CAPACITIES: Final = ("fargate", "ec2")
TASK_LAYOUTS: Final = ("shared", "independent")

APPLICATION: Final = "todo"


class WrongChoiceError(argparse.ArgumentTypeError, ValueError):
    """A field of the configuration holds a value that no template exists for; the message says which values there are."""


RESERVED: Final = frozenset(
    ("bootstrap", "network", "data", "identity", "platform", "services", "purge", "api", "web", "operations", "origin")
)
"""Parts that no environment's name may have after its first: permissions go by names, and ``todo-dev-web-…`` is of ``dev``."""


def environment_name(name: str) -> str:
    """The name itself. Raises WrongChoiceError for one that the stacks' names cannot hold."""
    if not re.fullmatch("[a-z][a-z0-9-]{1,15}", name):
        raise WrongChoiceError(
            f"{name!r} is not the name of an environment: 2 to 16 lower-case letters, digits and hyphens, a letter first."
        )
    for part in name.split("-")[1:]:
        if part in RESERVED:
            raise WrongChoiceError(f"{name!r} reads like a stack of another environment: choose a name without {part!r}.")
    return name


@dataclass(frozen=True, slots=True)
class Configuration:
    """One environment's choices.

    ``environment``: its name, part of every stack's name: 2 to 16 lower-case letters, digits and hyphens.
    ``capacity``: "fargate", or "ec2" for an Auto Scaling group of your own.
    ``task_layout``: "shared": both containers in one task definition, as the source describes; "independent": a service
    each.
    ``profile``: sizes, NAT gateways, retention and protection; by default "production" for ``prod``, else "standard".
    Raises ``WrongChoiceError`` for any other value.
    """

    environment: str = "dev"
    capacity: str = "fargate"
    task_layout: str = "independent"
    profile: str = ""

    def __post_init__(self) -> None:
        environment_name(self.environment)
        if not self.profile:
            object.__setattr__(self, "profile", "production" if self.environment == "prod" else "standard")
        for field, value, choices in (
            ("profile", self.profile, PROFILES),
            ("capacity", self.capacity, CAPACITIES),
            ("task layout", self.task_layout, TASK_LAYOUTS),
        ):
            if value not in choices:
                raise WrongChoiceError(f"{field} is {value!r}; choose one of: {', '.join(choices)}.")

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self:
        """What the options of ``add_options`` choose."""
        return cls(options.environment, options.capacity, options.task_layout, options.profile)

    @property
    def is_production(self) -> bool:
        return self.profile == "production"

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

    @property
    def role_path(self) -> str:
        """IAM path of the roles that the pipeline's stacks hold, and of no other: ``/todo-prod/``."""
        return f"/{APPLICATION}-{self.environment}/"

    @property
    def images_from(self) -> str | None:
        """The environment whose tested images the pipeline of this one may copy: production takes those of ``dev``."""
        return "dev" if self.is_production and self.environment != "dev" else None

    # Sizes. The reasons and the prices are in docs/explanation/decisions.

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
        return 12 if self.is_production else 4

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
        return 1024 if self.is_production else 256

    @property
    def container_memory(self) -> int:
        """MiB a service's container may use."""
        return 2048 if self.is_production else 512

    @property
    def on_demand_instances(self) -> int:
        """EC2 instances that are on demand rather than spot, with capacity ``ec2``."""
        return 3 if self.is_production else 1

    @property
    def maximum_instances(self) -> int:
        return 24 if self.is_production else 4

    @property
    def monthly_budget_dollars(self) -> int:
        return 600 if self.is_production else 250


def combinations() -> Iterator[Configuration]:
    """Every set of options, each profile in an environment that has it by default."""
    for environment, capacity, task_layout in product(("dev", "prod"), CAPACITIES, TASK_LAYOUTS):
        yield Configuration(environment, capacity, task_layout)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options by which every program is told which templates are meant."""
    parser.add_argument(
        "--environment",
        type=environment_name,
        default="dev",
        metavar="NAME",
        help="its name, part of every stack's name (default: dev)",
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="",
        help="sizes, NAT gateways, retention, protection (default: production for prod, else standard)",
    )
    parser.add_argument("--capacity", choices=CAPACITIES, default="fargate", help="what the tasks run on (default: fargate)")
    parser.add_argument(
        "--task-layout",
        choices=TASK_LAYOUTS,
        default="independent",
        help="both containers in one task definition, or a service for each (default: independent)",
    )
