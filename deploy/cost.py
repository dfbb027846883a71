#!/usr/bin/env python
"""What an environment costs: the resources in its templates and the usage of a million requests, times a dated price list.

    python deploy/cost.py
    python deploy/cost.py --environment prod --capacity ec2

Without options it prints the table of docs/reference/cost.md, with options a bill line by line. Idle is a month without a
visitor. Usage is that of a million API requests in the mix below, without free allowances and volume discounts; tasks beyond
the minimum are counted as if they ran at 60 % of their processor.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from deploy.configuration import PROFILES, Configuration, add_options
from deploy.containers import SERVICES
from deploy.stacks import STACKS
from deploy.stacks.services.scaling import TARGET
from deploy.stacks.services.tasks import units

HOURS: Final = 730
"""Of a month."""
WEEKEND: Final = 48
BUSY: Final = 100
"""Requests a second, which the tasks at their minimum serve."""
PURGE_HOURS: Final = HOURS / 60
"""A purge runs every hour and is charged a minute at least."""
INSTANCE_VCPU: Final = 2
"""Of an m7g.large and an m6i.large."""
INSTANCE_METRICS: Final = 7
"""What detailed monitoring of an instance is charged as."""
OWN_METRICS, PURGE_METRICS = 6, 7
"""Metrics that log lines make at most for a service and each of its routes, and for the purge (telemetry/metrics.py)."""
IMAGES_GB: Final = 3.0
"""Fifty releases of two images, which share all layers but the last."""

# Requests of a thousand, DynamoDB read and write units, bytes of the compressed response, milliseconds of a vCPU (scaling.md).
# Units by DynamoDB's rules: 4 KB a consistent read, 1 KB a write, the list index written with its table, twice where the
# place changes; a transaction costs double, and its condition check counts as a write.
MIX: Final[Mapping[str, tuple[float, ...]]] = {
    "list, a page of 50": (450, 8, 0, 6_500, 2.4),
    "search a word in 200 to-dos": (30, 30, 0, 1_000, 6.4),
    "read one": (150, 1, 0, 400, 1.5),
    "create": (120, 0, 2, 400, 1.9),
    "change text": (70, 0, 2, 400, 1.9),
    "complete, or move to another day": (70, 1, 3, 400, 1.9),
    "to the trash, and its purge later": (40, 1, 7, 0, 1.9),
    "list files": (60, 2, 0, 700, 4.0),
    "reserve an upload": (5, 0, 5, 800, 1.9),
    "complete an upload": (5, 1, 9, 400, 1.9),
}

# Of a thousand API requests.
SITE_LOADS, SITE_FILES, SITE_KB = 30, 4, 110
UPLOADS, DOWNLOADS, ATTACHMENT_MB = 5, 5, 0.4
SERVICE_LINE, ACCESS_LINE, OBJECT_LINES = 610, 520, 150
"""Bytes a request: a service's log line, the API's, and the access logs of load balancer, distribution and buckets."""
COMPRESSION: Final = 0.15
"""Of stored logs."""
USER_REQUESTS: Final = 600
"""API requests of an active user in a month."""
USER_TABLE_GB: Final = 200 * 2 * 600 / 1e9
"""200 to-dos of 600 bytes, stored twice since the list index holds all attributes."""

PRICES: Final[Mapping[str, Mapping[str, Any]]] = json.loads(Path(__file__).with_name("prices.json").read_text())["prices"]
"""Price line to its unit, dollars, and free units of a month."""

Quantities = dict[str, float]
"""Price line to quantity of a month, in its unit."""

CHARGES: Final[Mapping[str, Callable[[Mapping[str, Any]], Quantities]]] = {
    "ApplicationAutoScaling::ScalingPolicy": lambda _: {"alarm-metric": 2},
    # One on metric math is charged for each metric in it.
    "CloudWatch::Alarm": lambda alarm: {"alarm-metric": sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1},
    "CloudWatch::CompositeAlarm": lambda _: {"composite-alarm": 1},
    "CloudWatch::Dashboard": lambda _: {"dashboard": 1},
    # Contributor Insights of a table with two keys: most throttled, of each.
    "DynamoDB::Table": lambda table: {"contributor-rule": 2 * table["ContributorInsightsSpecification"]["Enabled"]},
    "EC2::EIP": lambda _: {"address-hour": HOURS},
    "EC2::NatGateway": lambda _: {"nat-hour": HOURS},
    "EC2::VPCEndpoint": lambda endpoint: {"endpoint-hour": len(endpoint.get("SubnetIds", ())) * HOURS},
    "ECS::CapacityProvider": lambda _: {"alarm-metric": 2},
    "ElasticLoadBalancingV2::LoadBalancer": lambda _: {"alb-hour": HOURS},
    "KMS::Key": lambda _: {"key": 1},
    "Logs::MetricFilter": lambda log_filter: {"custom-metric": len(log_filter["MetricTransformations"])},
    "SecretsManager::Secret": lambda secret: {"secret": 1 + ("ReplicaRegions" in secret)},
    "WAFv2::WebACL": lambda acl: {"waf-acl": 1, "waf-rule": len(acl["Rules"])},
}
"""What each resource of a type, without AWS::, is charged in a month, by its properties. Gateway endpoints have no subnets."""


def idle(configuration: Configuration) -> Quantities:
    """What the environment is charged in a month without a visitor, counted in its templates."""
    found: Quantities = defaultdict(float, {"image-gb": IMAGES_GB, "custom-metric": PURGE_METRICS})
    resources = _resources(configuration)
    charges = [CHARGES[kind](properties) for kind, properties in resources if kind in CHARGES]
    for quantities in (*charges, _tasks(configuration, resources)):
        for name, quantity in quantities.items():
            found[name] += quantity
    return found


def visited(configuration: Configuration) -> Quantities:
    """What a month is charged besides as soon as every route is called: the services' metrics of routes."""
    routes = sum(kind == "ApiGatewayV2::Route" for kind, _ in _resources(configuration))
    # Each service has metrics of its own, and others for requests without a route.
    return {"custom-metric": OWN_METRICS * (routes + 2 * len(SERVICES))}


def _resources(configuration: Configuration) -> list[tuple[str, dict[str, Any]]]:
    """Type, without AWS::, and properties of every resource of the environment."""
    bodies = [body for stack in STACKS for body in stack.template(configuration).to_dict()["Resources"].values()]
    return [(body["Type"].removeprefix("AWS::"), body.get("Properties", {})) for body in bodies]


def _tasks(configuration: Configuration, resources: Iterable[tuple[str, Mapping[str, Any]]]) -> Quantities:
    """Tasks at their minimum and the hourly purge, or the EC2 instances that hold them."""
    tasks = [properties for kind, properties in resources if kind == "ECS::TaskDefinition"]
    *services, purge = [(int(task["Cpu"]) / 1024, int(task["Memory"]) / 1024) for task in tasks]
    running = [unit.most(configuration, "minimum") for unit in units(configuration)]
    architecture = configuration.architecture
    if configuration.uses_ec2:
        instances = ceil(sum(count * vcpu for count, (vcpu, _) in zip(running, services, strict=True)) / INSTANCE_VCPU)
        metrics = instances * INSTANCE_METRICS
        return {f"instance-{architecture}-hour": instances * HOURS, "disk-gb": instances * 30.0, "custom-metric": metrics}
    hours = [(f"fargate-{architecture}", purge, PURGE_HOURS)]
    for unit, count, size in zip(units(configuration), running, services, strict=True):
        # Tasks above the base are spread by weight over both, unless there is no base.
        base = unit.most(configuration, "on_demand")
        spot = (count - base) / (2 if base else 1) * configuration.settings.spot
        hours.append((f"fargate-{architecture}", size, HOURS * (count - spot)))
        hours.append((f"fargate-spot-{architecture}", size, HOURS * spot))
    found: Quantities = defaultdict(float)
    for line, (vcpu, memory), quantity in hours:
        found[f"{line}-vcpu"] += vcpu * quantity
        found[f"{line}-gb"] += memory * quantity
    if not configuration.nat_gateways:
        found["address-hour"] = sum(running) * HOURS + PURGE_HOURS
    return found


def per_million(configuration: Configuration) -> Quantities:
    """What a million requests add, sign-in left out (``user-lite`` prices an active user, first 10,000 free)."""
    reads, writes, size, cpu_ms = (sum(each[0] * each[column] for each in MIX.values()) / 1e3 for column in (1, 2, 3, 4))
    site = SITE_LOADS / 1_000 * SITE_FILES
    table_gb = 1e6 / USER_REQUESTS * USER_TABLE_GB
    uploads, downloads = UPLOADS * 1e3, DOWNLOADS * 1e3
    months = configuration.settings.log_retention_days / 30.4
    object_months = configuration.settings.object_log_retention_days / 30.4
    vcpu_hours = cpu_ms * 1e3 / 3_600 / TARGET
    return {
        f"fargate-{configuration.architecture}-vcpu": vcpu_hours,
        f"fargate-{configuration.architecture}-gb": 2 * vcpu_hours,
        "api-million": 1,
        "cdn-million": 1 + site,
        "cdn-gb": size / 1e3 + SITE_LOADS * SITE_KB / 1e3,
        "waf-million": (1 + site) * configuration.settings.firewall,
        "alb-lcu": size / 1e3,
        "endpoint-gb": SERVICE_LINE / 1e3 * configuration.private_endpoints,
        "nat-gb": SERVICE_LINE / 1e3 * (configuration.nat_gateways > 0 and not configuration.private_endpoints),
        "dynamodb-read-million": reads,
        "dynamodb-write-million": writes,
        "dynamodb-gb": table_gb,
        "dynamodb-pitr-gb": table_gb * configuration.settings.backups,
        "backup-gb": table_gb * configuration.settings.backups * ceil(configuration.settings.backup_retention_days / 31),
        # Kept for a year, after a month in infrequent access; half of the downloads are of older ones.
        "s3-gb": uploads * ATTACHMENT_MB / 1e3 + OBJECT_LINES / 1e3 * object_months,
        "s3-infrequent-gb": uploads * ATTACHMENT_MB / 1e3 * 11,
        "s3-infrequent-read-gb": downloads * ATTACHMENT_MB / 1e3 / 2,
        "s3-infrequent-thousand": uploads / 1e3,
        "s3-put-thousand": uploads / 1e3,
        "s3-get-thousand": (uploads + downloads) / 1e3,
        "internet-gb": downloads * ATTACHMENT_MB / 1e3,
        "log-gb": (SERVICE_LINE + ACCESS_LINE) / 1e3,
        "log-store-gb": (SERVICE_LINE + ACCESS_LINE) / 1e3 * COMPRESSION * months,
    }


def dollars(quantities: Quantities, *, free: bool) -> dict[str, float]:
    """Price line to dollars; ``free``: free allowances are subtracted, as if the account held this environment alone."""
    charged = {name: max(0.0, quantity - PRICES[name].get("free", 0) * free) for name, quantity in quantities.items()}
    return {name: quantity * PRICES[name]["dollars"] for name, quantity in charged.items()}


def per_month(configuration: Configuration) -> float:
    """Dollars of an idle month."""
    return sum(dollars(idle(configuration), free=True).values())


def busy_month(configuration: Configuration) -> float:
    """Dollars of a month of BUSY requests a second. What its processors do is done by the tasks that run anyway."""
    million = per_million(configuration)
    million |= {name: 0 for name in million if name.startswith("fargate-")}
    usage, metrics = (sum(dollars(each, free=False).values()) for each in (million, visited(configuration)))
    return per_month(configuration) + metrics + usage * BUSY * HOURS * 3_600 / 1e6


def rows() -> Iterator[tuple[str, Configuration]]:
    """What the table compares: each profile, and what other options make of production."""
    yield from ((profile, Configuration(profile=profile)) for profile in PROFILES)
    others: dict[str, Any] = {"task_layout": "shared", "architecture": "x86_64", "capacity": "ec2", "private_endpoints": True}
    for field, value in others.items():
        name = field.replace("_", " ") if value is True else value
        yield f"production, {name}", Configuration(profile="production", **{field: value})


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or a bill; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser("cost.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    if not arguments:
        for name, each in rows():
            month = per_month(each)
            million = sum(dollars(per_million(each), free=False).values())
            busy = f"{busy_month(each):,.0f}" if each.is_production else "-"
            console.print(f"| {name} | {month:,.0f} | {month / HOURS * WEEKEND:.2f} | {million:.2f} | {busy} |")
        return 0
    configuration = Configuration.of(options)
    for title, quantities, free in (
        ("idle, a month", idle(configuration), True),
        ("a month with visitors, besides", visited(configuration), False),
        ("a million requests", per_million(configuration), False),
    ):
        amounts = {name: amount for name, amount in dollars(quantities, free=free).items() if quantities[name]}
        table = Table("line", "quantity", "unit", "dollars", title=f"{configuration.environment}: {title}", title_justify="left")
        for name, amount in sorted(amounts.items(), key=lambda item: -item[1]):
            table.add_row(name, f"{quantities[name]:,.2f}", PRICES[name]["unit"], f"{amount:,.2f}")
        table.add_row("all", "", "", f"{sum(amounts.values()):,.2f}")
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
