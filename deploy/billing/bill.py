"""A month's bill: every line is a quantity, the price line it is multiplied with, and the dollars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deploy.billing import traffic
from deploy.billing.fleet import Fleet, fleet
from deploy.billing.traffic import HOURS, Load, weighted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.billing.inventory import Inventory
    from deploy.billing.prices import Prices
    from deploy.throughput import Throughput

CONNECTIONS_OF_CHECKS: Final = 6 * 60 * HOURS
"""Health checks of one target a month from one node of the load balancer: every ten seconds a new connection."""
ZONES: Final = 3
RECORDS: Final = 4
"""Flow records of a connection: both directions, seen at both ends."""
MACHINE_METRICS: Final = 7
"""What detailed monitoring of a machine is charged as."""
PURGE_HOURS: Final = HOURS / 60
"""A purge runs every hour and is charged a minute at least."""
PURGE_VCPU, PURGE_GB = 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """``price``: a line of deploy/prices.json; ``quantity`` in its unit; ``group``: under which the document adds it up."""

    group: str
    what: str
    price: str
    quantity: float
    dollars: float


def bill(inventory: Inventory, load: Load, prices: Prices, throughput: Throughput) -> tuple[Line, ...]:
    """Every line of a month, those of nothing left out."""
    running = fleet(inventory, load, throughput)
    quantities = (
        *_tasks(inventory, running),
        *_network(inventory, load),
        *_requests(load),
        *_data(inventory, load),
        *_seeing(inventory, load, running),
        *_small(inventory),
    )
    merged: dict[tuple[str, str, str], float] = {}
    for group, what, price, quantity in quantities:
        merged[group, what, price] = merged.get((group, what, price), 0.0) + quantity
    users = f"user-{inventory.pool_plan}"
    merged["sign-in", "active users", users] = load.users
    # Tiers and free allowances are of all lines with one price together.
    sums: dict[str, float] = {}
    for (_, _, price), quantity in merged.items():
        sums[price] = sums.get(price, 0.0) + quantity
    return tuple(
        Line(group, what, price, quantity, prices.dollars(price, sums[price]) * quantity / sums[price])
        for (group, what, price), quantity in merged.items()
        if quantity
    )


def total(lines: tuple[Line, ...]) -> float:
    """Dollars of a month."""
    return sum(line.dollars for line in lines)


Quantity = tuple[str, str, str, float]


def _tasks(inventory: Inventory, running: Fleet) -> Iterator[Quantity]:
    yield "tasks", "vCPU of tasks", "fargate-vcpu", running.vcpu * HOURS
    yield "tasks", "memory of tasks", "fargate-gb", running.memory * HOURS
    yield "tasks", "vCPU of tasks on spot", "fargate-spot-vcpu", running.spot_vcpu * HOURS
    yield "tasks", "memory of tasks on spot", "fargate-spot-gb", running.spot_memory * HOURS
    if inventory.configuration.uses_ec2:
        count = running.machines + running.spot_machines
        yield "tasks", "machines", "instance-hour", running.machines * HOURS
        yield "tasks", "machines on spot", "instance-spot-hour", running.spot_machines * HOURS
        yield "tasks", "disks of machines", "disk-gb", count * inventory.machine_disk
        yield "seeing", "metrics of machines", "custom-metric", count * MACHINE_METRICS
    else:
        yield "tasks", "vCPU of the purge", "fargate-vcpu", PURGE_HOURS * PURGE_VCPU
        yield "tasks", "memory of the purge", "fargate-gb", PURGE_HOURS * PURGE_GB


def _network(inventory: Inventory, load: Load) -> Iterator[Quantity]:
    yield "network", "NAT gateways", "nat-hour", inventory.nat_gateways * HOURS
    yield "network", "their addresses", "address-hour", inventory.addresses * HOURS
    yield "network", "interface endpoints, each zone", "endpoint-hour", inventory.endpoint_zones * HOURS
    yield "network", "service logs through an endpoint", "endpoint-gb", service_log_gb(load)
    yield "network", "load balancer", "alb-hour", inventory.load_balancers * HOURS
    yield "network", "its traffic", "alb-lcu", load.answer_gb


def _requests(load: Load) -> Iterator[Quantity]:
    site_requests = load.site_loads * traffic.SITE_FILES
    yield "requests", "HTTP API", "api-million", load.requests / 1e6
    yield "requests", "CloudFront", "cdn-million", (load.requests + site_requests) / 1e6
    yield "requests", "CloudFront to visitors", "cdn-gb", load.answer_gb + load.site_loads * traffic.SITE_KB / 1e6
    yield "requests", "the site's function", "cdn-function-million", site_requests / 1e6
    yield "requests", "web ACL", "waf-million", (load.requests + site_requests) / 1e6


def _data(inventory: Inventory, load: Load) -> Iterator[Quantity]:
    yield "data", "DynamoDB reads", "dynamodb-read-million", load.requests * weighted("reads") / 1e6
    yield "data", "DynamoDB writes", "dynamodb-write-million", load.requests * weighted("writes") / 1e6
    yield "data", "DynamoDB storage", "dynamodb-gb", load.table_gb
    yield "data", "point-in-time recovery", "dynamodb-pitr-gb", load.table_gb
    yield "data", "backups", "backup-gb", load.table_gb * inventory.backup_copies
    yield "data", "attachments", "s3-gb", load.attachments_gb
    # A form's POST; HEAD to complete; GET of a visitor.
    yield "data", "uploads", "s3-put-thousand", load.uploads / 1e3
    yield "data", "reads of objects", "s3-get-thousand", (load.uploads + load.downloads) / 1e3
    yield "data", "attachments to visitors", "internet-gb", load.downloads * traffic.ATTACHMENT_MB / 1e3


def service_log_gb(load: Load) -> float:
    """GB of the services' own lines a month."""
    return load.requests * traffic.LOG_BYTES["service"] / 1e9


def log_gb(load: Load, running: Fleet) -> float:
    """GB a month that CloudWatch Logs takes in: services, access log, flow log."""
    connections = ZONES * sum(running.tasks.values()) * CONNECTIONS_OF_CHECKS
    flow = connections * RECORDS * traffic.FLOW_RECORD_BYTES / 1e9
    return service_log_gb(load) + load.requests * traffic.LOG_BYTES["access"] / 1e9 + flow


def _seeing(inventory: Inventory, load: Load, running: Fleet) -> Iterator[Quantity]:
    taken_in = log_gb(load, running)
    kept = taken_in * traffic.LOG_COMPRESSION * inventory.log_retention / 30.4
    objects = load.requests * traffic.OBJECT_LOG_BYTES / 1e9 * inventory.object_log_retention / 30.4
    metrics = inventory.filter_metrics + inventory.insight_metrics + inventory.purge_metrics
    if load.rate:
        metrics += inventory.route_metrics + inventory.own_metrics
    yield "seeing", "logs taken in", "log-gb", taken_in
    yield "seeing", "logs kept", "log-store-gb", kept
    yield "seeing", "access logs in buckets", "s3-gb", objects
    yield "seeing", "metrics: containers, routes, services, filters", "custom-metric", metrics
    yield "seeing", "alarms, those of scaling too", "alarm-metric", inventory.alarm_metrics + inventory.scaling_alarms
    yield "seeing", "composite alarms", "composite-alarm", inventory.composite_alarms
    yield "seeing", "dashboards", "dashboard", inventory.dashboards
    yield "seeing", "hot keys of the tables", "contributor-rule", inventory.contributor_rules
    if inventory.contributor_rules:
        yield "seeing", "events of hot keys", "contributor-million", 2 * load.requests / 1e6


def _small(inventory: Inventory) -> Iterator[Quantity]:
    yield "fixed", "web ACL", "waf-acl", inventory.web_acls
    yield "fixed", "its rules", "waf-rule", inventory.web_acl_rules
    yield "fixed", "keys", "key", inventory.keys
    yield "fixed", "secrets", "secret", inventory.secrets
    yield "fixed", "images", "image-gb", traffic.IMAGES_GB
