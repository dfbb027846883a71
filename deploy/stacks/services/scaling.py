"""How a service grows and shrinks, and the alarms on its room: processor, memory, tasks that are missing or at the limit."""

from collections.abc import Mapping
from typing import Any, Final

from troposphere import GetAtt, Join, Ref, Sub, cloudwatch, ecs
from troposphere import applicationautoscaling as appscaling
from troposphere import elasticloadbalancingv2 as elbv2

from deploy.configuration import Configuration
from deploy.containers import Service
from deploy.shared.alarms import add_alarms
from deploy.shared.stack_template import StackTemplate

TARGET: Final = 0.6
"""Of what a task can do, by processor and by requests: a new one helps after five minutes, and the rest is for them."""
OUT, IN = 60, 300
"""Seconds of rest after growing and after shrinking: quick to help, slow to take away."""


def add_scaling(
    stack: StackTemplate, scope: str, service: ecs.Service, groups: Mapping[Service, elbv2.TargetGroup]
) -> cloudwatch.Alarm:
    """Add the scalable target, its policies (CPU, and requests for each target group), and the alarms of room.

    Returns the alarm on missing tasks.
    """
    configuration = stack.configuration
    cluster = stack.imported("platform", "ClusterName")
    target = stack.add_resource(
        appscaling.ScalableTarget(
            f"{scope}ScalableTarget",
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            ResourceId=Join("/", ["service", cluster, GetAtt(service, "Name")]),
            MinCapacity=configuration.settings.minimum_tasks,
            MaxCapacity=configuration.settings.maximum_tasks,
        ),
        "Fewest and most tasks of the service.",
    )
    _add_policy(stack, f"{scope}CpuPolicy", target, round(100 * TARGET), PredefinedMetricType="ECSServiceAverageCPUUtilization")
    for served, group in groups.items():
        label = Sub(
            "${LoadBalancer}/${Target}",
            LoadBalancer=stack.imported("platform", "LoadBalancerName"),
            Target=GetAtt(group, "TargetGroupFullName"),
        )
        _add_policy(
            stack,
            f"{served.noun}RequestsPolicy",
            target,
            round(60 * TARGET * requests_per_second(served, configuration)),
            PredefinedMetricType="ALBRequestCountPerTarget",
            ResourceLabel=label,
        )
    return _add_alarms(stack, scope, {"ClusterName": cluster, "ServiceName": GetAtt(service, "Name")})


def requests_per_second(service: Service, configuration: Configuration) -> float:
    """What one task answers at most: the share of a vCPU its container has, by what a request takes."""
    return configuration.settings.container_cpu / 1024 * 1000 / service.cpu_ms


def _add_policy(stack: StackTemplate, logical_id: str, target: appscaling.ScalableTarget, value: int, **metric: Any) -> None:
    stack.add_resource(
        appscaling.ScalingPolicy(
            logical_id,
            PolicyName=logical_id,
            PolicyType="TargetTrackingScaling",
            ScalingTargetId=Ref(target),
            TargetTrackingScalingPolicyConfiguration=appscaling.TargetTrackingScalingPolicyConfiguration(
                TargetValue=value,
                ScaleOutCooldown=OUT,
                ScaleInCooldown=IN,
                PredefinedMetricSpecification=appscaling.PredefinedMetricSpecification(**metric),
            ),
        ),
        "Adds and removes tasks to keep the metric at its target.",
    )


def _add_alarms(stack: StackTemplate, scope: str, dimensions: dict[str, Any]) -> cloudwatch.Alarm:
    """Add them; returns the one on missing tasks."""
    which = "both containers" if scope == "Shared" else scope.lower()
    maximum = stack.configuration.settings.maximum_tasks
    alarms = add_alarms(stack, "ecs_service", dimensions, Scope=scope, which=which, maximum=maximum)
    return next(alarm for alarm in alarms if alarm.title == f"{scope}BelowDesiredAlarm")
