"""Items 10 to 13, 16 and 17 of the review checklist: services, capacity, containers, scaling."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deploy import containers

FARGATE_SIZES = {
    256: range(512, 2049, 512),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
}
"""CPU units to the memory in MiB that Fargate offers with them (Amazon ECS developer guide, task size)."""


def container_definitions(deployment: Any) -> list[dict[str, Any]]:
    tasks = deployment.resources("AWS::ECS::TaskDefinition")
    return [container for task in tasks for container in task["ContainerDefinitions"]]


def test_the_layout_is_what_was_asked_for(deployment: Any) -> None:
    tasks = {task.name: len(task["ContainerDefinitions"]) for task in deployment.resources("AWS::ECS::TaskDefinition")}
    services = {service.name for service in deployment.resources("AWS::ECS::Service")}
    if deployment.shares_task:
        assert tasks == {"SharedTask": 2, "PurgeTask": 1}
        assert services == {"SharedService"}
    else:
        assert tasks == {"TodosTask": 1, "FilesTask": 1, "PurgeTask": 1}
        assert services == {"TodosService", "FilesService"}


def test_a_deployment_that_fails_is_taken_back(deployment: Any) -> None:
    """10"""
    for service in deployment.resources("AWS::ECS::Service"):
        settings = service["DeploymentConfiguration"]
        assert settings["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert settings["Alarms"]["Enable"]
        assert settings["Alarms"]["Rollback"]
        assert len(settings["Alarms"]["AlarmNames"]) == 3 * len(service["LoadBalancers"])
        assert (settings["MinimumHealthyPercent"], settings["MaximumPercent"]) == (100, 200)
        assert service["HealthCheckGracePeriodSeconds"] >= 30


def test_new_tasks_are_tried_before_visitors_reach_them(deployment: Any) -> None:
    """10: by the pipeline; without a decision in time ECS rolls back. A rolling deployment does not wait."""
    name = deployment.configuration.deployment
    strategy = {"canary": "CANARY", "linear": "LINEAR", "blue-green": "BLUE_GREEN", "rolling": "ROLLING"}[name]
    hook = {
        "TargetType": "PAUSE",
        "LifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
        "TimeoutConfiguration": {"TimeoutInMinutes": 15, "Action": "ROLLBACK"},
    }
    for service in deployment.resources("AWS::ECS::Service"):
        settings = service["DeploymentConfiguration"]
        assert (settings["Strategy"], settings["LifecycleHooks"]) == (strategy, [] if name == "rolling" else [hook])
    if deployment.is_production:
        assert settings["CanaryConfiguration"] == {"CanaryPercent": 10, "CanaryBakeTimeInMinutes": 10}


def test_deployment_alarms_have_time_to_end_a_deployment(deployment: Any) -> None:
    """10: each step of traffic lasts longer than the alarms need."""
    for service in deployment.resources("AWS::ECS::Service"):
        settings = service["DeploymentConfiguration"]
        steps = [settings.get("BakeTimeInMinutes", 10)]
        steps += [
            each
            for key in ("Canary", "Linear")
            for name, each in settings.get(f"{key}Configuration", {}).items()
            if "Bake" in name
        ]
        for alarm in settings["Alarms"]["AlarmNames"]:
            watching = deployment.resource(deployment.target(alarm))
            assert min(steps) > watching["DatapointsToAlarm"]


def test_rules_of_security_groups_outlive_what_uses_them(deployment: Any) -> None:
    """Stacks are deleted against their order, and a stack against its dependencies: a service whose rules go first cannot finish
    its requests and calls.
    """
    for service in deployment.resources("AWS::ECS::Service"):
        groups = service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"]
        wanted = [f"{balancer['ContainerName'].capitalize()}SecurityGroup" for balancer in service["LoadBalancers"]]
        assert [deployment.target(group) for group in groups] == wanted
    assert not [each for each in deployment.resources(stack="services") if each.type.startswith("AWS::EC2::SecurityGroup")]
    assert deployment.resource("PurgeSchedule").body["DependsOn"] == ["EndpointsFromPurge"]


def test_tasks_have_a_public_address_only_where_no_nat_gateway_is(deployment: Any) -> None:
    """10"""
    public = "DISABLED" if deployment.resources("AWS::EC2::NatGateway") else "ENABLED"
    (schedule,) = deployment.resources("AWS::Scheduler::Schedule")
    purge = schedule["Target"]["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert purge["AssignPublicIp"] == public
    for service in deployment.resources("AWS::ECS::Service"):
        network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == public
        _, subnets = deployment.imported(network["Subnets"]["Fn::Split"][1])
        assert {subnet["Ref"].rstrip("ABC") for subnet in subnets["Fn::Join"][1]} == {"ApplicationSubnet"}


def test_services_tag_their_tasks_and_leave_their_number_to_scaling(deployment: Any) -> None:
    """10"""
    targets = deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    services = deployment.resources("AWS::ECS::Service")
    assert len(targets) == len(services)
    for service in services:
        assert service["PropagateTags"] == "SERVICE"
        assert service["EnableECSManagedTags"]
        assert "DesiredCount" not in service.properties


def test_ecs_exec_is_off_where_the_root_is_read_only(deployment: Any) -> None:
    assert all(container["ReadonlyRootFilesystem"] for container in container_definitions(deployment))
    assert not any(service["EnableExecuteCommand"] for service in deployment.resources("AWS::ECS::Service"))
    (schedule,) = deployment.resources("AWS::Scheduler::Schedule")
    assert schedule["Target"]["EcsParameters"]["EnableExecuteCommand"] is False


def test_what_must_always_run_is_on_demand(deployment: Any) -> None:
    """11: in production all of it; in a sandbox nothing."""
    for service in deployment.resources("AWS::ECS::Service"):
        strategy = service["CapacityProviderStrategy"]
        if deployment.uses_ec2:
            assert strategy[0]["Base"] >= 1
        else:
            providers = {each["CapacityProvider"]: each.get("Base") for each in strategy}
            assert (
                providers.keys()
                == {
                    "sandbox": {"FARGATE_SPOT"},
                    "standard": {"FARGATE", "FARGATE_SPOT"},
                    "production": {"FARGATE"},
                }[deployment.configuration.profile]
            )
            assert providers.get("FARGATE", 1) >= 1


def test_processor_and_memory_are_sizes_that_exist(deployment: Any) -> None:
    """12"""
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        assert int(task["Memory"]) in FARGATE_SIZES[int(task["Cpu"])]
        assert int(task["Cpu"]) >= sum(container["Cpu"] for container in task["ContainerDefinitions"])
        assert int(task["Memory"]) >= sum(container["Memory"] for container in task["ContainerDefinitions"])
        assert task["RequiresCompatibilities"] == (["EC2"] if deployment.uses_ec2 else ["FARGATE"])


def test_containers_may_write_only_to_their_scratch_volume(deployment: Any) -> None:
    """12"""
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        assert task["Volumes"] == [{"Name": f"{container['Name']}-scratch"} for container in task["ContainerDefinitions"]]
        for container in task["ContainerDefinitions"]:
            assert container["ReadonlyRootFilesystem"] is True
            assert container["MountPoints"] == [
                {"ContainerPath": containers.SCRATCH, "ReadOnly": False, "SourceVolume": f"{container['Name']}-scratch"}
            ]


def test_containers_have_no_privileges(deployment: Any) -> None:
    """12"""
    for container in container_definitions(deployment):
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", container["User"])
        assert container["LinuxParameters"] == {"Capabilities": {"Drop": ["ALL"]}, "InitProcessEnabled": True}
        assert not container.get("Privileged", False)


def test_containers_are_essential_checked_and_given_time_to_stop(deployment: Any) -> None:
    """12"""
    delays = {
        int(attribute["Value"])
        for group in deployment.resources("AWS::ElasticLoadBalancingV2::TargetGroup")
        for attribute in group["TargetGroupAttributes"]
        if attribute["Key"] == "deregistration_delay.timeout_seconds"
    }
    for container in container_definitions(deployment):
        assert container["Essential"] is True
        assert container["HealthCheck"]["Command"][0] == "CMD"
        assert 30 <= container["StopTimeout"] <= 120
        assert container["StopTimeout"] > max(delays)


@pytest.mark.parametrize("image", ["x/todos:latest", "x/todos", "x/todos:v1", "x/todos:main", "x/todos:", "x/todos@sha256:12"])
def test_a_moving_tag_is_refused(deployment: Any, image: str) -> None:
    """13"""
    for container in container_definitions(deployment):
        parameter = deployment.templates["services"]["Parameters"][container["Image"]["Ref"]]
        assert "Default" not in parameter
        assert not re.fullmatch(parameter["AllowedPattern"], image)


@pytest.mark.parametrize("image", ["r.example:5000/todos:0123abc", f"r.example/a/todos@sha256:{'0a' * 32}", f"todos:{'0a' * 20}"])
def test_a_commit_or_a_digest_is_taken(deployment: Any, image: str) -> None:
    """13"""
    for container in container_definitions(deployment):
        assert re.fullmatch(deployment.templates["services"]["Parameters"][container["Image"]["Ref"]]["AllowedPattern"], image)


def test_values_that_name_resources_are_references(deployment: Any) -> None:
    """16"""
    for container in container_definitions(deployment):
        values = {each["Name"]: each["Value"] for each in container["Environment"]}
        for name in {
            "TODOS_TABLE",
            "FILES_TABLE",
            "ATTACHMENTS_BUCKET",
            "COGNITO_USER_POOL_ID",
            "COGNITO_CLIENT_ID",
        } & values.keys():
            assert deployment.target(values[name])
        assert values["AWS_REGION"] == {"Ref": "AWS::Region"}
        assert "DEBUG" not in values
        assert values["DJANGO_SETTINGS_MODULE"] in {"todo_project.settings.todos", "todo_project.settings.files"}
        assert "*" not in str(values["ALLOWED_HOSTS"])


def test_a_container_is_told_nothing_of_tables_it_does_not_use(deployment: Any) -> None:
    """16"""
    for container in container_definitions(deployment):
        if container["Name"] == "todos":
            names = {each["Name"] for each in container["Environment"]}
            assert not names & {"FILES_TABLE", "ATTACHMENTS_BUCKET"}


def test_further_hosts_take_no_wildcard(deployment: Any) -> None:
    """16"""
    pattern = deployment.templates["services"]["Parameters"]["FurtherHosts"]["AllowedPattern"]
    assert re.fullmatch(pattern, "api.example.com,other.example.com")
    assert not re.fullmatch(pattern, "*")
    assert not re.fullmatch(pattern, "a.example.com,*.example.com")


def test_scaling_keeps_a_minimum(deployment: Any) -> None:
    """17"""
    for target in deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget"):
        assert target["MinCapacity"] >= {"sandbox": 1, "standard": 2, "production": 3}[deployment.configuration.profile]
        assert target["MaxCapacity"] > target["MinCapacity"]


def test_scaling_follows_processor_and_requests_and_shrinks_slowly(deployment: Any) -> None:
    """17"""
    policies = deployment.resources("AWS::ApplicationAutoScaling::ScalingPolicy")
    metrics = set()
    for policy in policies:
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        assert tracking["ScaleInCooldown"] > tracking["ScaleOutCooldown"]
        if "PredefinedMetricSpecification" in tracking:
            metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        else:
            result, *queries = tracking["CustomizedMetricSpecification"]["Metrics"]
            (metric,) = {each["MetricStat"]["Metric"]["MetricName"] for each in queries}
            groups = [deployment.target(each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]) for each in queries]
            noun = policy.name.removesuffix("RequestsPolicy")
            assert (result["Expression"], groups) == ("MAX([m1, m2])", [f"{noun}TargetGroup", f"{noun}AlternateTargetGroup"])
        metrics.add((deployment.target(policy["ScalingTargetId"]), metric))
    wanted = {"ECSServiceAverageCPUUtilization", "RequestCountPerTarget"}
    targets = deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    assert metrics == {(target.name, metric) for target in targets for metric in wanted}


def test_the_purge_runs_on_a_schedule_as_a_task_of_its_own(deployment: Any) -> None:
    (schedule,) = deployment.resources("AWS::Scheduler::Schedule")
    assert deployment.target(schedule["Target"]["EcsParameters"]["TaskDefinitionArn"]) == "PurgeTask"
    task = deployment.resource("PurgeTask")
    (container,) = task["ContainerDefinitions"]
    assert container["Command"] == ["python", "manage.py", "purge"]
    assert container["Image"] == {"Ref": "FilesImage"}
    assert deployment.target(task["TaskRoleArn"]) == "PurgeTaskRole"
