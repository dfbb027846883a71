"""Counts, in the generated templates of one configuration, everything that costs money whether or not anybody calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from deploy.containers import SERVICES
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.configuration import Configuration

Body = dict[str, Any]

KEY_RULES: Final = 4
"""Contributor Insights' rules of a table with two keys: most used and most throttled, of each."""
INSIGHTS_OF_CLUSTER, INSIGHTS_OF_SERVICE, INSIGHTS_OF_FAMILY = 8, 13, 13
"""Metrics Container Insights makes; AWS's own example figures, the least certain count here."""
ROUTE_METRICS: Final = 6
"""Metrics an HTTP API adds for each route that is called, when detailed metrics are on."""
OWN_METRICS, PURGE_METRICS = 6, 7
"""Metrics that lines make at most for a service and each of its routes, and for the purge: todo_project/telemetry/metrics.py."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What a service's tasks are and how many there may be. ``cpu`` in vCPU, ``memory`` in GB."""

    scope: str
    cpu: float
    memory: float
    minimum: int
    maximum: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is charged by the hour or the month, counted. ``zones``: interface endpoints times their zones."""

    configuration: Configuration
    nat_gateways: int
    addresses: int
    endpoint_zones: int
    endpoints: int
    load_balancers: int
    tasks: tuple[Tasks, ...]
    machines: int
    machine_disk: int
    alarm_metrics: int
    composite_alarms: int
    scaling_alarms: int
    dashboards: int
    filter_metrics: int
    insight_metrics: int
    route_metrics: int
    own_metrics: int
    purge_metrics: int
    keys: int
    secrets: int
    web_acls: int
    web_acl_rules: int
    contributor_rules: int
    user_pools: int
    pool_plan: str
    log_retention: int
    object_log_retention: int
    noncurrent_days: int
    backup_copies: int
    requests_per_second: int


@cache
def take(configuration: Configuration) -> Inventory:
    """The inventory of one of the eight combinations, from its templates alone."""
    templates = _Templates({stack.name: json.loads(stack.template(configuration).to_json()) for stack in STACKS})
    endpoints = [each for each in templates.of("EC2::VPCEndpoint") if each["VpcEndpointType"] == "Interface"]
    alarms = [*templates.of("CloudWatch::Alarm")]
    policies = templates.count("ApplicationAutoScaling::ScalingPolicy") + templates.count("ECS::CapacityProvider")
    families, services = templates.count("ECS::TaskDefinition"), templates.count("ECS::Service")
    (stage,) = templates.of("ApiGatewayV2::Stage")
    (pool,) = templates.of("Cognito::UserPool")
    detailed = stage["DefaultRouteSettings"].get("DetailedMetricsEnabled", False)
    return Inventory(
        configuration=configuration,
        nat_gateways=templates.count("EC2::NatGateway"),
        addresses=templates.count("EC2::EIP"),
        endpoint_zones=sum(len(each["SubnetIds"]) for each in endpoints),
        endpoints=len(endpoints),
        load_balancers=templates.count("ElasticLoadBalancingV2::LoadBalancer"),
        tasks=tuple(_tasks(templates)),
        machines=sum(int(each["MinSize"]) for each in templates.of("AutoScaling::AutoScalingGroup")),
        machine_disk=sum(_disk(each) for each in templates.of("EC2::LaunchTemplate")),
        alarm_metrics=sum(_metrics_of(alarm) for alarm in alarms),
        composite_alarms=templates.count("CloudWatch::CompositeAlarm"),
        scaling_alarms=2 * policies,
        dashboards=templates.count("CloudWatch::Dashboard"),
        filter_metrics=sum(len(each["MetricTransformations"]) for each in templates.of("Logs::MetricFilter")),
        insight_metrics=INSIGHTS_OF_CLUSTER + INSIGHTS_OF_SERVICE * services + INSIGHTS_OF_FAMILY * families,
        route_metrics=ROUTE_METRICS * templates.count("ApiGatewayV2::Route") if detailed else 0,
        # Each service has a row of its own, and one for what no route answers.
        own_metrics=OWN_METRICS * (templates.count("ApiGatewayV2::Route") + 2 * len(SERVICES)),
        purge_metrics=PURGE_METRICS,
        keys=templates.count("KMS::Key"),
        secrets=templates.count("SecretsManager::Secret"),
        web_acls=templates.count("WAFv2::WebACL"),
        web_acl_rules=sum(len(each["Rules"]) for each in templates.of("WAFv2::WebACL")),
        contributor_rules=sum(
            KEY_RULES for each in templates.of("DynamoDB::Table") if each["ContributorInsightsSpecification"]["Enabled"]
        ),
        user_pools=templates.count("Cognito::UserPool"),
        pool_plan=pool.get("UserPoolTier", "ESSENTIALS").lower(),
        log_retention=max(each["RetentionInDays"] for each in templates.of("Logs::LogGroup")),
        object_log_retention=configuration.object_log_retention_days,
        noncurrent_days=configuration.noncurrent_version_days,
        backup_copies=sum(_copies(each) for each in templates.of("Backup::BackupPlan")),
        requests_per_second=int(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]),
    )


class _Templates:
    """All templates of a configuration by stack, asked by type. Logical ids are unique in a stack only."""

    def __init__(self, templates: dict[str, Body]) -> None:
        self.resources: dict[str, dict[str, Body]] = {stack: each["Resources"] for stack, each in templates.items()}

    def of(self, kind: str) -> Iterator[Body]:
        """The properties of every resource of a type."""
        bodies = (body for resources in self.resources.values() for body in resources.values())
        return (body.get("Properties", {}) for body in bodies if body["Type"] == f"AWS::{kind}")

    def count(self, kind: str) -> int:
        return sum(1 for _ in self.of(kind))


def _tasks(templates: _Templates) -> Iterator[Tasks]:
    resources = templates.resources["services"]
    for name, body in resources.items():
        if body["Type"] != "AWS::ECS::Service":
            continue
        scope = name.removesuffix("Service")
        task = resources[body["Properties"]["TaskDefinition"]["Ref"]]["Properties"]
        target = resources[f"{scope}ScalableTarget"]["Properties"]
        yield Tasks(
            scope,
            cpu=int(task["Cpu"]) / 1024,
            memory=int(task["Memory"]) / 1024,
            minimum=target["MinCapacity"],
            maximum=target["MaxCapacity"],
            services=tuple(container["Name"] for container in task["ContainerDefinitions"]),
        )


def _metrics_of(alarm: Body) -> int:
    """An alarm on metric math is charged for each metric in it."""
    return sum("MetricStat" in query for query in alarm["Metrics"]) if "Metrics" in alarm else 1


def _disk(launch_template: Body) -> int:
    return sum(int(disk["Ebs"]["VolumeSize"]) for disk in launch_template["LaunchTemplateData"]["BlockDeviceMappings"])


def _copies(plan: Body) -> int:
    """Backups that exist at a time. Rules are daily, or weekly when their cron expression names a weekday."""
    rules = plan["BackupPlan"]["BackupPlanRule"]
    weekly = [rule["ScheduleExpression"].split()[4] not in {"?", "*"} for rule in rules]
    days = [int(rule["Lifecycle"]["DeleteAfterDays"]) for rule in rules]
    return sum(ceil(kept / 7) if each else kept for kept, each in zip(days, weekly, strict=True))
