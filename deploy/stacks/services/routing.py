"""How requests reach a service: its target group, and the listener rule that asks for the origin secret."""

from collections.abc import Mapping
from typing import Any

from troposphere import GetAtt, Ref, cloudwatch
from troposphere import elasticloadbalancingv2 as elbv2

from deploy import containers
from deploy.containers import Service
from deploy.shared.alarms import add_alarms
from deploy.shared.stack_template import StackTemplate


def add_target_group(stack: StackTemplate, service: Service) -> elbv2.TargetGroup:
    """Add ``<Noun>TargetGroup``: addresses of tasks, asked for health on the service's own port and path."""
    attributes = {
        "deregistration_delay.timeout_seconds": str(containers.DEREGISTRATION_DELAY),
        "load_balancing.algorithm.type": "least_outstanding_requests",
    }
    return stack.add_resource(
        elbv2.TargetGroup(
            f"{service.noun}TargetGroup",
            TargetType="ip",
            Protocol="HTTP",
            Port=service.port,
            VpcId=stack.imported("network", "VpcId"),
            HealthCheckPath=containers.HEALTH_PATH,
            HealthCheckProtocol="HTTP",
            HealthCheckIntervalSeconds=containers.HEALTH_INTERVAL,
            HealthCheckTimeoutSeconds=containers.HEALTH_TIMEOUT,
            HealthyThresholdCount=containers.HEALTHY_AFTER,
            UnhealthyThresholdCount=containers.UNHEALTHY_AFTER,
            Matcher=elbv2.Matcher(HttpCode="200"),
            TargetGroupAttributes=[elbv2.TargetGroupAttribute(Key=key, Value=value) for key, value in attributes.items()],
        ),
        f"The tasks of {service.name} that answer their health check.",
    )


def add_rule(stack: StackTemplate, service: Service, group: elbv2.TargetGroup) -> elbv2.ListenerRule:
    """Add ``<Noun>Rule``. Without the secret that CloudFront sends, a request falls through to the listener's 404."""
    secret = f"{{{{resolve:secretsmanager:{stack.configuration.stack_name('origin')}:SecretString}}}}"
    return stack.add_resource(
        elbv2.ListenerRule(
            f"{service.noun}Rule",
            ListenerArn=stack.imported("platform", "ListenerArn"),
            Priority=service.priority,
            Conditions=[
                elbv2.Condition(Field="path-pattern", PathPatternConfig=elbv2.PathPatternConfig(Values=list(service.paths))),
                elbv2.Condition(
                    Field="http-header",
                    HttpHeaderConfig=elbv2.HttpHeaderConfig(HttpHeaderName=containers.ORIGIN_HEADER, Values=[secret]),
                ),
            ],
            Actions=[elbv2.ListenerRuleAction(Type="forward", TargetGroupArn=Ref(group))],
        ),
        f"Forwards requests of {service.name} that carry the origin secret.",
    )


def add_target_alarms(
    stack: StackTemplate, service: Service, group: elbv2.TargetGroup, *, minimum: int, maximum: int
) -> Mapping[str, cloudwatch.Alarm]:
    """Add the alarms of a target group, whose service has between ``minimum`` and ``maximum`` tasks; returns them by what they
    watch: ``Target5xx``, ``Unhealthy``, ``Latency``, ``BelowMinimum``, ``AtMaximum``.
    """
    dimensions: dict[str, Any] = {
        "TargetGroup": GetAtt(group, "TargetGroupFullName"),
        "LoadBalancer": stack.imported("platform", "LoadBalancerName"),
    }
    alarms = add_alarms(
        stack, "target_group", dimensions, service=service.name, Service=service.noun, minimum=minimum, maximum=maximum
    )
    stack.publish(
        f"{service.noun}TargetGroupName", f"Target group of {service.name} as metrics name it.", dimensions["TargetGroup"]
    )
    return {alarm.title.removeprefix(service.noun).removesuffix("Alarm"): alarm for alarm in alarms}
