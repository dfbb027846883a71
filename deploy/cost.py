#!/usr/bin/env python
"""What an environment costs: the resources in its templates and the usage of a million requests, times a dated price list.

    python deploy/cost.py --environment prod --capacity ec2
    python deploy/cost.py --summary

Idle is a month without a visitor. Usage is that of a million API requests in the mix below, without free allowances and without
volume discounts; tasks beyond the minimum are counted as if they ran at 60 % of their processor.
"""

import argparse
import json
import sys
from collections import defaultdict
from math import ceil
from pathlib import Path
from typing import Any, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from deploy.configuration import Configuration, add_options, combinations
from deploy.containers import SERVICES
from deploy.stacks import STACKS

HOURS: Final = 730
"""Of a month."""
WEEKEND: Final = 48
PURGE_HOURS: Final = HOURS / 60
"""A purge runs every hour and is charged a minute at least."""
INSTANCE_VCPU: Final = 2
"""Of an m6i.large."""
INSTANCE_METRICS: Final = 7
"""What detailed monitoring of an instance is charged as."""
INSIGHTS_OF_CLUSTER, INSIGHTS_OF_SERVICE, INSIGHTS_OF_FAMILY = 8, 13, 13
"""Metrics that Container Insights makes: AWS's own example figures, the least certain count here."""
API_METRICS: Final = 6
"""Metrics that an HTTP API adds for each route that is called, when detailed metrics are on."""
OWN_METRICS, PURGE_METRICS = 6, 7
"""Metrics that log lines make at most for a service and each of its routes, and for the purge (telemetry/metrics.py)."""
KEY_RULES: Final = 4
"""Contributor Insights' rules of a table with two keys: most used and most throttled, of each."""
IMAGES_GB: Final = 3.0
"""Fifty releases of two images, which share all layers but the last."""

# Requests of a thousand, DynamoDB read and write units, bytes of the response, milliseconds of a vCPU (benchmarks.md).
# Units by DynamoDB's rules: 4 KB a consistent read, 1 KB a write, the list index written with its table, twice where the
# place changes; a transaction costs double, and its condition check counts as a write.
MIX: Final[Mapping[str, tuple[float, ...]]] = {
    "list, a page of 50": (450, 8, 0, 27_000, 2.4),
    "search a word in 200 to-dos": (30, 30, 0, 3_000, 6.4),
    "read one": (150, 1, 0, 700, 1.5),
    "create": (120, 0, 2, 700, 1.9),
    "change text": (70, 0, 2, 700, 1.9),
    "complete, or move to another day": (70, 1, 3, 700, 1.9),
    "to the trash, and its purge later": (40, 1, 7, 0, 1.9),
    "list files": (60, 2, 0, 2_000, 4.0),
    "reserve an upload": (5, 0, 5, 1_500, 1.9),
    "complete an upload": (5, 1, 9, 800, 1.9),
}
TASK_TARGET: Final = 0.6
"""Of a task's processor, which scaling keeps in use."""

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

Quantities = dict[str, float]
"""Price line to quantity of a month, in its unit."""

CHARGES: Final[Mapping[str, Callable[[Mapping[str, Any]], Quantities]]] = {
    "ApplicationAutoScaling::ScalingPolicy": lambda _: {"alarm-metric": 2},
    # One on metric math is charged for each metric in it.
    "CloudWatch::Alarm": lambda alarm: {"alarm-metric": sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1},
    "CloudWatch::CompositeAlarm": lambda _: {"composite-alarm": 1},
    "CloudWatch::Dashboard": lambda _: {"dashboard": 1},
    "DynamoDB::Table": lambda table: {"contributor-rule": KEY_RULES * table["ContributorInsightsSpecification"]["Enabled"]},
    "EC2::EIP": lambda _: {"address-hour": HOURS},
    "EC2::NatGateway": lambda _: {"nat-hour": HOURS},
    "EC2::VPCEndpoint": lambda endpoint: {"endpoint-hour": len(endpoint.get("SubnetIds", ())) * HOURS},
    "ECS::CapacityProvider": lambda _: {"alarm-metric": 2},
    "ECS::Cluster": lambda _: {"custom-metric": INSIGHTS_OF_CLUSTER},
    "ECS::Service": lambda _: {"custom-metric": INSIGHTS_OF_SERVICE},
    "ECS::TaskDefinition": lambda _: {"custom-metric": INSIGHTS_OF_FAMILY},
    "ElasticLoadBalancingV2::LoadBalancer": lambda _: {"alb-hour": HOURS},
    "KMS::Key": lambda _: {"key": 1},
    "Logs::MetricFilter": lambda log_filter: {"custom-metric": len(log_filter["MetricTransformations"])},
    "SecretsManager::Secret": lambda secret: {"secret": 1 + ("ReplicaRegions" in secret)},
    "WAFv2::WebACL": lambda acl: {"waf-acl": 1, "waf-rule": len(acl["Rules"])},
}
"""What each resource of a type, without AWS::, is charged in a month, by its properties. Gateway endpoints have no subnets."""


def prices() -> Mapping[str, Mapping[str, Any]]:
    """The price list: per line its unit, dollars, and free units of a month."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(Path(__file__).with_name("prices.json").read_text())["prices"]
    return found


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
    """What a month is charged besides as soon as every route is called: metrics of routes, the API's and the services' own."""
    routes = sum(kind == "ApiGatewayV2::Route" for kind, _ in _resources(configuration))
    # Each service has metrics of its own, and others for what no route answers.
    return {"custom-metric": API_METRICS * routes + OWN_METRICS * (routes + 2 * len(SERVICES))}


def _resources(configuration: Configuration) -> list[tuple[str, dict[str, Any]]]:
    """Type, without AWS::, and properties of every resource of the environment."""
    bodies = [body for stack in STACKS for body in stack.template(configuration).to_dict()["Resources"].values()]
    return [(body["Type"].removeprefix("AWS::"), body.get("Properties", {})) for body in bodies]


def _tasks(configuration: Configuration, resources: Iterable[tuple[str, Mapping[str, Any]]]) -> Quantities:
    """Tasks at their minimum and the hourly purge, or the EC2 instances that hold them."""
    tasks = [properties for kind, properties in resources if kind == "ECS::TaskDefinition"]
    *services, purge = [(int(each["Cpu"]) / 1024, int(each["Memory"]) / 1024) for each in tasks]
    vcpu, memory = (configuration.settings.minimum_tasks * sum(each[side] for each in services) for side in (0, 1))
    if configuration.uses_ec2:
        instances = ceil(vcpu / INSTANCE_VCPU)
        metrics = instances * INSTANCE_METRICS
        return {"instance-hour": instances * HOURS, "disk-gb": instances * 30.0, "custom-metric": metrics}
    # Tasks above the base are spread by weight; the production profile has none on Spot.
    on_demand = configuration.settings.on_demand_tasks / configuration.settings.minimum_tasks
    if configuration.settings.spot:
        on_demand += (1 - on_demand) / 2
    return {
        "fargate-vcpu": vcpu * on_demand * HOURS + purge[0] * PURGE_HOURS,
        "fargate-gb": memory * on_demand * HOURS + purge[1] * PURGE_HOURS,
        "fargate-spot-vcpu": vcpu * (1 - on_demand) * HOURS,
        "fargate-spot-gb": memory * (1 - on_demand) * HOURS,
    }


def per_million(configuration: Configuration) -> Quantities:
    """What a million requests add, sign-in left out (``user-lite`` prices an active user, first 10,000 free)."""
    reads, writes, size, cpu_ms = (sum(each[0] * each[column] for each in MIX.values()) / 1e3 for column in (1, 2, 3, 4))
    site = SITE_LOADS / 1_000 * SITE_FILES
    table_gb = 1e6 / USER_REQUESTS * USER_TABLE_GB
    uploads, downloads = UPLOADS * 1e3, DOWNLOADS * 1e3
    months = configuration.settings.log_retention_days / 30.4
    object_months = configuration.settings.object_log_retention_days / 30.4
    vcpu_hours = cpu_ms * 1e3 / 3_600 / TASK_TARGET
    return {
        "fargate-vcpu": vcpu_hours,
        "fargate-gb": 2 * vcpu_hours,
        "api-million": 1,
        "cdn-million": 1 + site,
        "cdn-gb": size / 1e3 + SITE_LOADS * SITE_KB / 1e3,
        "waf-million": 1 + site,
        "alb-lcu": size / 1e3,
        "endpoint-gb": SERVICE_LINE / 1e3,
        "dynamodb-read-million": reads,
        "dynamodb-write-million": writes,
        "dynamodb-gb": table_gb,
        "dynamodb-pitr-gb": table_gb,
        "backup-gb": table_gb * ceil(configuration.settings.backup_retention_days / 7),
        "contributor-million": 2.0 * configuration.settings.contributor_insights,
        "s3-gb": uploads * ATTACHMENT_MB / 1e3 * 12 + OBJECT_LINES / 1e3 * object_months,
        "s3-put-thousand": uploads / 1e3,
        "s3-get-thousand": (uploads + downloads) / 1e3,
        "internet-gb": downloads * ATTACHMENT_MB / 1e3,
        "log-gb": (SERVICE_LINE + ACCESS_LINE) / 1e3,
        "log-store-gb": (SERVICE_LINE + ACCESS_LINE) / 1e3 * COMPRESSION * months,
    }


def dollars(quantities: Quantities, *, free: bool) -> dict[str, float]:
    """Price line to dollars; ``free``: free allowances are subtracted, as if the account held this environment alone."""
    known = prices()
    charged = {name: max(0.0, quantity - known[name].get("free", 0) * free) for name, quantity in quantities.items()}
    return {name: quantity * known[name]["dollars"] for name, quantity in charged.items()}


def totals(configuration: Configuration) -> tuple[float, float, float, float]:
    """Dollars of an idle month, of an idle weekend, of a month's metrics with visitors, and of a million requests."""
    month = sum(dollars(idle(configuration), free=True).values())
    more, million = (sum(dollars(each(configuration), free=False).values()) for each in (visited, per_million))
    return month, month / HOURS * WEEKEND, more, million


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a bill, or the totals of every combination; returns the exit status."""
    lines = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        prog="cost.py", description=lines[0], epilog=lines[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser)
    parser.add_argument(
        "--summary", action="store_true", help="the totals of every combination: the table of docs/reference/cost.md"
    )
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    if options.summary:
        for each in combinations():
            month, weekend, more, million = totals(each)
            name = f"{each.profile}, {each.capacity}, {each.task_layout}"
            console.print(f"| {name} | {month:,.0f} | {weekend:.2f} | {more:,.0f} | {million:.2f} |")
        return 0
    configuration = Configuration.of(options)
    for title, quantities, free in (
        ("idle, a month", idle(configuration), True),
        ("a month with visitors, besides", visited(configuration), False),
        ("a million requests", per_million(configuration), False),
    ):
        amounts = dollars(quantities, free=free)
        table = Table("line", "quantity", "unit", "dollars", title=f"{configuration.environment}: {title}", title_justify="left")
        for name, amount in sorted(amounts.items(), key=lambda item: -item[1]):
            table.add_row(name, f"{quantities[name]:,.2f}", prices()[name]["unit"], f"{amount:,.2f}")
        table.add_row("all", "", "", f"{sum(amounts.values()):,.2f}")
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
