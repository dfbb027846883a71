"""Item 11 of the review checklist, capacity ``ec2``: instances that are replaced, drained and deleted without anybody's help."""

from __future__ import annotations

from typing import Any

import pytest

DAY = 86_400


@pytest.fixture
def on_instances(deployments: list[Any]) -> list[tuple[Any, Any]]:
    """Each deployment with instances, and its Auto Scaling group."""
    chosen = [each for each in deployments if each.uses_ec2]
    return [(each, *each.resources("AWS::AutoScaling::AutoScalingGroup")) for each in chosen]


def test_instances_exist_only_with_capacity_ec2(deployment: Any) -> None:
    """11"""
    for kind in ("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::LaunchTemplate", "AWS::ECS::CapacityProvider"):
        assert len(deployment.resources(kind)) == (1 if deployment.uses_ec2 else 0)


def test_fargate_stays_associated_beside_instances(deployment: Any) -> None:
    """Amazon ECS API reference, PutClusterCapacityProviders: one that a service uses cannot be taken away, so a service that
    still runs on Fargate when its cluster gets instances would stop the deployment.
    """
    (association,) = deployment.resources("AWS::ECS::ClusterCapacityProviderAssociations")
    own = [{"Ref": "CapacityProvider"}] if deployment.uses_ec2 else []
    assert association["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT", *own]


def test_a_group_starts_empty(on_instances: list[tuple[Any, Any]]) -> None:
    """Amazon ECS developer guide, "Amazon ECS capacity providers for EC2 workloads": what is launched before the provider is
    there stays outside it, and the provider recognises its group by this tag.
    """
    for _, group in on_instances:
        assert group["MinSize"] == "0"
        assert "DesiredCapacity" not in group.properties
        assert {"Key": "AmazonECSManaged", "Value": "", "PropagateAtLaunch": True} in group["Tags"]


def test_old_instances_are_replaced_although_tasks_run_on_them(on_instances: list[tuple[Any, Any]]) -> None:
    """Amazon EC2 Auto Scaling user guide, "Replace instances based on maximum instance lifetime": one that is protected from
    scale-in is not, and managed termination protection protects every one with a task.
    """
    for deployment, group in on_instances:
        (provider,) = deployment.resources("AWS::ECS::CapacityProvider")
        settings = provider["AutoScalingGroupProvider"]
        assert group["MaxInstanceLifetime"] == 14 * DAY
        assert not group.get("NewInstancesProtectedFromScaleIn", False)
        assert settings["ManagedTerminationProtection"] == "DISABLED"
        assert settings["ManagedDraining"] == "ENABLED", "tasks move before their instance goes"
        assert settings["ManagedScaling"]["Status"] == "ENABLED"


def test_the_image_is_looked_up_when_an_instance_is_launched(on_instances: list[tuple[Any, Any]]) -> None:
    """Amazon EC2 Auto Scaling user guide, "Use AWS Systems Manager parameters instead of AMI IDs in launch templates"."""
    for deployment, _ in on_instances:
        (template,) = deployment.resources("AWS::EC2::LaunchTemplate")
        image = template["LaunchTemplateData"]["ImageId"]
        assert image == "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"


def test_the_instance_types_are_chosen_in_one_place(on_instances: list[tuple[Any, Any]]) -> None:
    """AWS CloudFormation, MixedInstancesPolicy: overrides replace the launch template's instance type, which had no effect."""
    for deployment, group in on_instances:
        (template,) = deployment.resources("AWS::EC2::LaunchTemplate")
        assert "InstanceType" not in template["LaunchTemplateData"]
        assert "InstanceType" not in deployment.templates["platform"]["Parameters"]
        overrides = group["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]
        assert [each["InstanceType"] for each in overrides] == ["m7g.large", "m6g.large", "m7g.xlarge", "m6g.xlarge"]


def test_instances_are_hardened(on_instances: list[tuple[Any, Any]]) -> None:
    """11"""
    for deployment, _ in on_instances:
        (template,) = deployment.resources("AWS::EC2::LaunchTemplate")
        data = template["LaunchTemplateData"]
        assert data["MetadataOptions"]["HttpTokens"] == "required"
        assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
        assert all(device["Ebs"]["Encrypted"] for device in data["BlockDeviceMappings"])
        assert "ECS_AWSVPC_BLOCK_IMDS=true" in str(data["UserData"])


def test_production_has_instances_on_demand(on_instances: list[tuple[Any, Any]]) -> None:
    """11"""
    for deployment, group in on_instances:
        distribution = group["MixedInstancesPolicy"]["InstancesDistribution"]
        assert (
            distribution["OnDemandBaseCapacity"]
            >= {"sandbox": 0, "standard": 1, "production": 3}[deployment.configuration.profile]
        )
        assert distribution["OnDemandPercentageAboveBaseCapacity"] == (100 if deployment.is_production else 0)


def test_services_ask_for_no_placement_that_fargate_refuses(deployment: Any) -> None:
    """Amazon ECS developer guide, "Service scheduler": tasks are spread over Availability Zones by default."""
    for service in deployment.resources("AWS::ECS::Service"):
        assert "PlacementStrategies" not in service.properties
