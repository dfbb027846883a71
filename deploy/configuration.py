"""What a user of the templates chooses, and what follows from it.

Everything that differs between two generated sets of templates is here or in profiles.yaml; no stack asks for the name of the
profile itself. What differs between two deployments of one set (an image, a domain, an e-mail address) is a CloudFormation
parameter instead.
"""

import argparse
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

from deploy.shared import yaml_files

PROFILES: Final = ("sandbox", "standard", "production")
CAPACITIES: Final = ("fargate", "ec2")
TASK_LAYOUTS: Final = ("shared", "independent")
ARCHITECTURES: Final = ("arm64", "x86_64")
DEPLOYMENTS: Final = ("canary", "linear", "blue-green", "rolling")

APPLICATION: Final = "todo"


RESERVED: Final = frozenset(
    ("bootstrap", "network", "data", "identity", "platform", "routing", "services", "purge", "api", "web", "operations", "origin")
)
"""Parts that no environment's name may have after its first: permissions go by names, and ``todo-dev-web-…`` is of ``dev``."""


def environment_name(name: str) -> str:
    """The name itself. Raises ArgumentTypeError for one that the stacks' names cannot hold."""
    if not re.fullmatch("[a-z][a-z0-9-]{1,15}", name):
        raise argparse.ArgumentTypeError(
            f"{name!r} is not the name of an environment: 2 to 16 lower-case letters, digits and hyphens, a letter first."
        )
    for part in name.split("-")[1:]:
        if part in RESERVED:
            raise argparse.ArgumentTypeError(
                f"{name!r} reads like a stack of another environment: choose a name without {part!r}."
            )
    return name


@dataclass(frozen=True, slots=True)
class Tasks:
    """A service's tasks: fewest, most, those never on Spot; units of 1/1024 vCPU and MiB of its container."""

    minimum: int
    maximum: int
    on_demand: int
    cpu: int
    memory: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a profile stands for: one column of profiles.yaml, which explains each field."""

    nat_gateways: int
    endpoint_zones: int
    retain: bool
    pipeline: bool
    backups: bool
    alert_key: bool
    firewall: bool
    log_retention_days: int
    object_log_retention_days: int
    noncurrent_version_days: int
    backup_retention_days: int
    contributor_insights: bool
    task_layout: str
    todos: Tasks
    files: Tasks
    spot: bool
    deployment: str
    on_demand_instances: int
    maximum_instances: int
    instances_target: int
    requests_per_second: int
    domain_required: bool
    deletion_protection: bool
    monthly_budget_dollars: int


_ROWS: Any = yaml_files.content(Path(__file__).with_name("profiles.yaml"))
_SERVICES: Final = ("todos", "files")


def _settings(profile: str) -> Settings:
    column: dict[str, Any] = {name: row[profile] for name, row in _ROWS.items()}
    return Settings(**column | {name: Tasks(**column[name]) for name in _SERVICES})


SETTINGS: Final = {profile: _settings(profile) for profile in PROFILES}


@dataclass(frozen=True, slots=True)
class Configuration:
    """One environment's choices; ``add_options`` says which values there are.

    ``environment``: its name, part of every stack's name: 2 to 16 lower-case letters, digits and hyphens.
    ``capacity``: "fargate", or "ec2" for an Auto Scaling group of your own.
    ``task_layout``: "shared": both containers in one task definition, as the source describes; "independent": a service
    each. By default the profile's.
    ``deployment``: how ECS replaces tasks: "canary", "linear", "blue-green" or "rolling". By default the profile's.
    ``profile``: by default "production" for ``prod``, else "standard".
    ``architecture``: of the processors, and so of the images: "arm64", which costs a fifth less, or "x86_64".
    ``private_endpoints``: whether tasks call ECR, CloudWatch Logs and Secrets Manager through interface endpoints.
    ``tracing``: whether the services send traces to X-Ray, by a collector in each task.
    """

    environment: str = "dev"
    capacity: str = "fargate"
    task_layout: str = ""
    profile: str = ""
    architecture: str = "arm64"
    private_endpoints: bool = False
    deployment: str = ""
    tracing: bool = False

    def __post_init__(self) -> None:
        if not self.profile:
            object.__setattr__(self, "profile", "production" if self.environment == "prod" else "standard")
        if not self.task_layout:
            object.__setattr__(self, "task_layout", self.settings.task_layout)
        if not self.deployment:
            object.__setattr__(self, "deployment", self.settings.deployment)

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self:
        """What the options of ``add_options`` choose."""
        return cls(**{field.name: getattr(options, field.name) for field in fields(cls)})

    @property
    def settings(self) -> Settings:
        return SETTINGS[self.profile]

    @property
    def is_production(self) -> bool:
        return self.profile == "production"

    @property
    def uses_ec2(self) -> bool:
        return self.capacity == "ec2"

    @property
    def nat_gateways(self) -> int:
        """One at least with EC2: their tasks take no public address (Amazon ECS developer guide, task networking for EC2)."""
        return max(self.settings.nat_gateways, int(self.uses_ec2))

    def tasks(self, service: str) -> Tasks:
        """Number and size of the tasks of ``todos`` or ``files``."""
        found: Tasks = getattr(self.settings, service)
        return found

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


def add_environment(parser: argparse.ArgumentParser) -> None:
    """The option by which every program is told which environment is meant."""
    parser.add_argument("--environment", type=environment_name, default="dev", metavar="NAME", help="its name (default: dev)")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options by which a program is told which templates are meant."""
    add_environment(parser)
    parser.add_argument("--profile", choices=PROFILES, default="", help="default: production for prod, else standard")
    parser.add_argument("--capacity", choices=CAPACITIES, default="fargate", help="what the tasks run on (default: fargate)")
    layouts = "a task for both containers, or one for each (default: shared in a sandbox, else independent)"
    parser.add_argument("--task-layout", choices=TASK_LAYOUTS, default="", help=layouts)
    deployments = "how ECS replaces tasks; all but rolling try new ones first (default: canary in production, else rolling)"
    parser.add_argument("--deployment", choices=DEPLOYMENTS, default="", help=deployments)
    parser.add_argument("--architecture", choices=ARCHITECTURES, default="arm64", help="of the processors (default: arm64)")
    parser.add_argument("--private-endpoints", action="store_true", help="interface endpoints for ECR, CloudWatch Logs, secrets")
    parser.add_argument("--tracing", action="store_true", help="traces of a twentieth of the requests, in X-Ray (default: none)")
