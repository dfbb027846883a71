"""How a service grows and shrinks, and the alarms on its processor and memory."""

from typing import Any, Final

from troposphere import GetAtt, Join, Ref, ecs
from troposphere import applicationautoscaling as appscaling

from deploy.configuration import Configuration
from deploy.containers import Service
from deploy.shared.alarms import add_alarms
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.services.tasks import Unit

TARGET: Final = 0.6
"""Of what a task can do, by processor and by requests: a new one helps after five minutes, and the rest is for them."""


def add_scaling(stack: StackTemplate, unit: Unit, service: ecs.Service) -> None:
    """Add the scalable target, its policies (CPU, and requests to a task), and the alarms on CPU and memory."""
    configuration, scope = stack.configuration, unit.scope
    cluster = stack.imported("platform", "ClusterName")
    target = appscaling.ScalableTarget(
        f"{scope}ScalableTarget",
        stack,
        Metadata={"Description": "Fewest and most tasks of the service."},
        ServiceNamespace="ecs",
        ScalableDimension="ecs:service:DesiredCount",
        ResourceId=Join("/", ["service", cluster, GetAtt(service, "Name")]),
        MinCapacity=unit.most(configuration, "minimum"),
        MaxCapacity=unit.most(configuration, "maximum"),
    )
    cpu = appscaling.PredefinedMetricSpecification(PredefinedMetricType="ECSServiceAverageCPUUtilization")
    _add_policy(stack, f"{scope}CpuPolicy", target, round(100 * TARGET), PredefinedMetricSpecification=cpu)
    for served in unit.services:
        requests = round(60 * TARGET * requests_per_second(served, configuration))
        metric = _requests_to_a_task(stack, served)
        _add_policy(stack, f"{served.noun}RequestsPolicy", target, requests, CustomizedMetricSpecification=metric)
    which = " and ".join(each.name for each in unit.services)
    dimensions = {"ClusterName": cluster, "ServiceName": GetAtt(service, "Name")}
    add_alarms(stack, "ecs_service", dimensions, Scope=scope, which=which)


def requests_per_second(service: Service, configuration: Configuration) -> float:
    """What one task serves at most: the share of a vCPU its container has, by what a request takes."""
    return configuration.tasks(service.name).cpu / 1024 * 1000 / service.cpu_ms


def _requests_to_a_task(stack: StackTemplate, service: Service) -> appscaling.CustomizedMetricSpecification:
    """ALBRequestCountPerTarget, of the target group that serves; during a deployment, of the busier one."""
    queries = [appscaling.TargetTrackingMetricDataQuery(Id="result", Expression="MAX([m1, m2])", ReturnData=True)]
    for number, which in enumerate(("", "Alternate"), 1):
        group = stack.imported("routing", f"{service.noun}{which}TargetGroupName")
        metric = appscaling.TargetTrackingMetric(
            Namespace="AWS/ApplicationELB",
            MetricName="RequestCountPerTarget",
            Dimensions=[appscaling.TargetTrackingMetricDimension(Name="TargetGroup", Value=group)],
        )
        stat = appscaling.TargetTrackingMetricStat(Metric=metric, Stat="Sum")
        queries.append(appscaling.TargetTrackingMetricDataQuery(Id=f"m{number}", MetricStat=stat, ReturnData=False))
    return appscaling.CustomizedMetricSpecification(Metrics=queries)


def _add_policy(stack: StackTemplate, logical_id: str, target: appscaling.ScalableTarget, value: int, **metric: Any) -> None:
    appscaling.ScalingPolicy(
        logical_id,
        stack,
        Metadata={"Description": "Adds and removes tasks to keep the metric at its target."},
        PolicyName=logical_id,
        PolicyType="TargetTrackingScaling",
        ScalingTargetId=Ref(target),
        TargetTrackingScalingPolicyConfiguration=appscaling.TargetTrackingScalingPolicyConfiguration(
            TargetValue=value,
            # Seconds: quick to help, slow to take away.
            ScaleOutCooldown=60,
            ScaleInCooldown=300,
            **metric,
        ),
    )
