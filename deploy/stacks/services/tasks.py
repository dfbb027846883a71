"""Task definitions and ECS services, in both layouts.

``independent``: a task, a service, a role and a scaling for each container. ``shared``: both containers in one task, as the
source describes, and so one of each for both.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from troposphere import GetAtt, Ref, Split, Sub, ecs

from deploy import containers
from deploy.configuration import Configuration
from deploy.shared import yaml_files
from deploy.shared.container import scratch_volumes
from deploy.shared.stack_template import StackTemplate

FARGATE_CPU: Final = (256, 512, 1024, 2048, 4096)
DEPLOYMENTS: Final[Any] = yaml_files.content(Path(__file__).with_name("deployments.yaml"))


@dataclass(frozen=True, slots=True)
class Unit:
    """What is deployed and scaled as one: a scope for logical ids and the services whose containers it runs."""

    scope: str
    services: tuple[containers.Service, ...]

    def most(self, configuration: Configuration, field: str) -> int:
        """The larger figure of its services: ``minimum``, ``maximum`` or ``on_demand`` of their tasks."""
        return max(int(getattr(configuration.tasks(service.name), field)) for service in self.services)


def units(configuration: Configuration) -> tuple[Unit, ...]:
    """One unit for both containers, or one for each."""
    if configuration.shares_task:
        return (Unit("Shared", containers.SERVICES),)
    return tuple(Unit(service.noun, (service,)) for service in containers.SERVICES)


def task_size(definitions: Sequence[ecs.ContainerDefinition]) -> tuple[int, int]:
    """Units of 1/1024 vCPU and MiB: the smallest size of Fargate that holds the containers.

    Source: Amazon ECS developer guide, "Task CPU and memory".
    """
    cpu = next(size for size in FARGATE_CPU if size >= sum(container.Cpu for container in definitions))
    memory = max(2 * cpu, sum(container.Memory for container in definitions))
    return cpu, memory if memory <= 512 else math.ceil(memory / 1024) * 1024  # noqa: PLR2004  # ½ GB, or whole ones


def assign_public_ip(stack: StackTemplate) -> str:
    """Without a NAT gateway tasks have public IP addresses. Their security groups accept the load balancer's connections only."""
    return "DISABLED" if stack.configuration.nat_gateways else "ENABLED"


def add_task(
    stack: StackTemplate,
    scope: str,
    definitions: Sequence[ecs.ContainerDefinition],
    description: str = "What one task runs, and with which roles.",
) -> ecs.TaskDefinition:
    """Add ``<Scope>Task``, with the roles ``<Scope>TaskRole`` and ``<Scope>ExecutionRole``."""
    cpu, memory = task_size(definitions)
    processors = stack.configuration.architecture.upper()
    return ecs.TaskDefinition(
        f"{scope}Task",
        stack,
        Metadata={"Description": description},
        Family=Sub(f"${{AWS::StackName}}-{scope.lower()}"),
        NetworkMode="awsvpc",
        RequiresCompatibilities=["EC2" if stack.configuration.uses_ec2 else "FARGATE"],
        RuntimePlatform=ecs.RuntimePlatform(CpuArchitecture=processors, OperatingSystemFamily="LINUX"),
        Cpu=str(cpu),
        Memory=str(memory),
        TaskRoleArn=GetAtt(f"{scope}TaskRole", "Arn"),
        ExecutionRoleArn=GetAtt(f"{scope}ExecutionRole", "Arn"),
        Volumes=scratch_volumes(definitions),
        ContainerDefinitions=list(definitions),
    )


def add_service(stack: StackTemplate, unit: Unit, task: ecs.TaskDefinition) -> ecs.Service:
    """Add ``<Scope>Service``. ECS rolls a deployment back that does not come up or whose deployment alarm is in ALARM."""
    return ecs.Service(
        f"{unit.scope}Service",
        stack,
        Metadata={"Description": "Keeps the tasks running and replaces them at a deployment."},
        Cluster=stack.imported("platform", "ClusterName"),
        TaskDefinition=Ref(task),
        AvailabilityZoneRebalancing="ENABLED",
        EnableECSManagedTags=True,
        EnableExecuteCommand=False,
        PropagateTags="SERVICE",
        HealthCheckGracePeriodSeconds=60,
        DeploymentConfiguration=_deployment(stack, unit),
        LoadBalancers=[_load_balancer(stack, service) for service in unit.services],
        NetworkConfiguration=ecs.NetworkConfiguration(
            AwsvpcConfiguration=ecs.AwsvpcConfiguration(
                AssignPublicIp=assign_public_ip(stack),
                SecurityGroups=[stack.imported("platform", f"{service.noun}SecurityGroupId") for service in unit.services],
                Subnets=Split(",", stack.imported("network", "ApplicationSubnetIds")),
            )
        ),
        **_capacity(stack, unit),
    )


def _deployment(stack: StackTemplate, unit: Unit) -> ecs.DeploymentConfiguration:
    """All but a rolling deployment wait for a smoke test of the new tasks before a visitor reaches them."""
    watched = [f"{each.noun}{name}AlarmName" for each in unit.services for name in ("Target5xx", "Latency", "Unhealthy")]
    alarms = [stack.imported("routing", name) for name in watched]
    name = stack.configuration.deployment
    hook = ecs.DeploymentLifecycleHook(
        TargetType="PAUSE",
        LifecycleStages=["POST_TEST_TRAFFIC_SHIFT"],
        # Without the word of the smoke test (deploy/release/smoke_gate.py) ECS takes the new tasks away.
        TimeoutConfiguration=ecs.HookTimeoutConfig(TimeoutInMinutes=15, Action="ROLLBACK"),
    )
    result = ecs.DeploymentConfiguration.from_dict(None, DEPLOYMENTS[name])
    result.MinimumHealthyPercent, result.MaximumPercent = 100, 200
    result.DeploymentCircuitBreaker = ecs.DeploymentCircuitBreaker(Enable=True, Rollback=True)
    result.Alarms = ecs.DeploymentAlarms(Enable=True, Rollback=True, AlarmNames=alarms)
    # Named when there is none, too: what an update does not name, ECS keeps.
    result.LifecycleHooks = [] if name == "rolling" else [hook]
    return result


def _load_balancer(stack: StackTemplate, service: containers.Service) -> ecs.LoadBalancer:
    """The service's two target groups, and the rules by which ECS shifts traffic between them."""
    return ecs.LoadBalancer(
        ContainerName=service.name,
        ContainerPort=service.port,
        TargetGroupArn=stack.imported("routing", f"{service.noun}TargetGroupArn"),
        AdvancedConfiguration=ecs.AdvancedConfiguration(
            AlternateTargetGroupArn=stack.imported("routing", f"{service.noun}AlternateTargetGroupArn"),
            ProductionListenerRule=stack.imported("routing", f"{service.noun}RuleArn"),
            TestListenerRule=stack.imported("routing", f"{service.noun}TestRuleArn"),
            RoleArn=stack.imported("routing", "TrafficRoleArn"),
        ),
    )


def _capacity(stack: StackTemplate, unit: Unit) -> dict[str, Any]:
    """On demand for what must always run; what is above it may be Spot, where the profile says so.

    On EC2 instances ECS spreads a service's tasks over Availability Zones by itself. A placement strategy would be refused the
    day the service moves to Fargate.
    """
    configuration = stack.configuration
    if configuration.uses_ec2:
        provider = stack.imported("platform", "CapacityProviderName")
        base = unit.most(configuration, "minimum")
        return {"CapacityProviderStrategy": [ecs.CapacityProviderStrategyItem(CapacityProvider=provider, Base=base, Weight=1)]}
    base = unit.most(configuration, "on_demand")
    on_demand = ecs.CapacityProviderStrategyItem(CapacityProvider="FARGATE", Base=base, Weight=1)
    spot = ecs.CapacityProviderStrategyItem(CapacityProvider="FARGATE_SPOT", Weight=1)
    return {"CapacityProviderStrategy": [on_demand] * bool(base) + [spot] * configuration.settings.spot}
