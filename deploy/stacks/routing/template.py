"""Stack ``routing``: how requests reach the services, and the alarms on them.

A service has two target groups, of which one serves. ECS moves traffic between them by the weights of the listener's rules, and
between deployments they stay where they are: CloudFormation would put a rule back on its first group when it changes it. So
everything here is the same whatever ``--deployment`` says, and changing it moves no traffic.
"""

from typing import Any

from troposphere import GetAtt, Ref
from troposphere import elasticloadbalancingv2 as elbv2

from deploy import containers
from deploy.configuration import Configuration
from deploy.containers import SERVICES, Service
from deploy.shared.alarms import add_alarms, add_composite_alarm
from deploy.shared.roles import add_role, allowing
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.services.tasks import units

WAYS = ("", "Alternate")
"""The two target groups of a service: their logical ids are ``<Noun><which>TargetGroup``."""


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "routing", "target groups, listener rules, the alarms on requests")
    stack.optional("PermissionsBoundaryArn")
    for service in SERVICES:
        for which in WAYS:
            _add_target_group(stack, service, which)
        _add_rule(stack, service, "", f"{service.noun}TargetGroup")
        _add_rule(stack, service, "Test", f"{service.noun}AlternateTargetGroup")
    groups = [f"{service.noun}{which}TargetGroup" for service in SERVICES for which in WAYS]
    rules = [f"{service.noun}{which}Rule" for service in SERVICES for which in ("", "Test")]
    for group in groups:
        stack.publish(f"{group}Arn", "For the service.", Ref(group))
        stack.publish(f"{group}Name", "As metrics name it.", GetAtt(group, "TargetGroupFullName"))
    for rule in rules:
        stack.publish(f"{rule}Arn", "For the service.", Ref(rule))
    # As AWS's AmazonECSInfrastructureRolePolicyForLoadBalancers, on these groups and rules.
    elb = "elasticloadbalancing"
    describe = [f"{elb}:Describe{what}" for what in ("Listeners", "Rules", "TargetGroups", "TargetHealth")]
    role = add_role(
        stack,
        "TrafficRole",
        "Lets ECS shift traffic between the target groups.",
        "ecs.amazonaws.com",
        [
            allowing("Describe", describe, "*"),
            allowing("Targets", [f"{elb}:DeregisterTargets", f"{elb}:RegisterTargets"], list(map(Ref, groups))),
            allowing("Shift", [f"{elb}:ModifyRule"], list(map(Ref, rules))),
        ],
    )
    stack.publish("TrafficRoleArn", "The role with which ECS shifts traffic.", GetAtt(role, "Arn"))
    _add_alarms(stack)
    return stack


def _add_alarms(stack: StackTemplate) -> None:
    """Each alarm is on both target groups of a service: either serves, and during a deployment both do."""
    load_balancer = stack.imported("platform", "LoadBalancerName")
    for unit in units(stack.configuration):
        limits: dict[str, Any] = {name: unit.most(stack.configuration, name) for name in ("minimum", "maximum")}
        for service in unit.services:
            groups = [GetAtt(f"{service.noun}{which}TargetGroup", "TargetGroupFullName") for which in WAYS]
            dimensions = [{"TargetGroup": group, "LoadBalancer": load_balancer} for group in groups]
            add_alarms(stack, "target_groups", dimensions, service=service.name, Service=service.noun, **limits)
    reduced = [f"{service.noun}{what}Alarm" for service in SERVICES for what in ("Unhealthy", "BelowMinimum")]
    add_composite_alarm(stack, "CapacityReducedAlarm", list(map(Ref, reduced)))


def _add_target_group(stack: StackTemplate, service: Service, which: str) -> None:
    """Addresses of tasks, asked for health on the service's own port and path."""
    attributes = {
        "deregistration_delay.timeout_seconds": str(containers.DEREGISTRATION_DELAY),
        "load_balancing.algorithm.type": "least_outstanding_requests",
    }
    elbv2.TargetGroup(
        f"{service.noun}{which}TargetGroup",
        stack,
        Metadata={"Description": f"Tasks of {service.name}; takes turns with the other group."},
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
    )


def _add_rule(stack: StackTemplate, service: Service, which: str, group: str) -> None:
    """The production rule, or the ``Test`` rule right before it, which asks for the smoke test's header as well.

    Without the secret that CloudFront sends, a request falls through to the listener's 404.
    """
    secret = f"{{{{resolve:secretsmanager:{stack.configuration.stack_name('origin')}:SecretString}}}}"
    by = ", by the smoke test," if which else ""
    paths = elbv2.PathPatternConfig(Values=list(service.paths))
    conditions = [elbv2.Condition(Field="path-pattern", PathPatternConfig=paths), _header(containers.ORIGIN_HEADER, secret)]
    if which:
        conditions.append(_header(*containers.TEST_HEADER))
    elbv2.ListenerRule(
        f"{service.noun}{which}Rule",
        stack,
        Metadata={"Description": f"Forwards requests of {service.name}{by} that carry the origin secret."},
        ListenerArn=stack.imported("platform", "ListenerArn"),
        Priority=service.priority - bool(which),
        Conditions=conditions,
        Actions=[elbv2.ListenerRuleAction(Type="forward", TargetGroupArn=Ref(group))],
    )


def _header(name: str, value: str) -> elbv2.Condition:
    return elbv2.Condition(Field="http-header", HttpHeaderConfig=elbv2.HttpHeaderConfig(HttpHeaderName=name, Values=[value]))
