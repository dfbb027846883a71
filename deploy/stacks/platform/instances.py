"""Capacity ``ec2``: machines of our own for the tasks, that ECS itself adds, drains and removes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from troposphere import Base64, GetAtt, Ref, Split, Sub
from troposphere.autoscaling import (
    AutoScalingGroup,
    InstancesDistribution,
    LaunchTemplateOverrides,
    LaunchTemplateSpecification,
    MetricsCollection,
    MixedInstancesPolicy,
    Tag,
)
from troposphere.autoscaling import LaunchTemplate as GroupLaunchTemplate
from troposphere.ec2 import (
    EBSBlockDevice,
    IamInstanceProfile,
    LaunchTemplate,
    LaunchTemplateBlockDeviceMapping,
    LaunchTemplateData,
    MetadataOptions,
    Monitoring,
)
from troposphere.ecs import AutoScalingGroupProvider, CapacityProvider, ManagedScaling
from troposphere.iam import InstanceProfile, Role

from deploy.shared.alarms import Series, add_alarm
from deploy.shared.roles import trusting
from deploy.shared.security_groups import add_calling_group

if TYPE_CHECKING:
    from deploy.shared.stack_template import StackTemplate

INSTANCE_TYPES: Final = ("m6i.large", "m7i.large", "m6i.xlarge", "m7i.xlarge")
IMAGE: Final = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
DAY: Final = 86_400

# The agent joins the cluster; tasks may not ask the instance for its role; drained by ECS before spot takes one away.
START: Final = """#!/bin/bash
cat >> /etc/ecs/ecs.config <<'END'
ECS_CLUSTER=${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_CONTAINER_STOP_TIMEOUT=120s
END
"""


def add_instances(stack: StackTemplate) -> CapacityProvider:
    """Add launch template, Auto Scaling group, and the capacity provider that scales it by what tasks need."""
    stack.parameter(
        "InstanceType",
        "EC2 instances",
        "Preferred machine of a task; the others listed are taken when it is short.",
        Default=INSTANCE_TYPES[0],
        AllowedValues=list(INSTANCE_TYPES),
    )
    stack.parameter(
        "InstanceImage",
        "EC2 instances",
        "Where AWS publishes the id of the newest machine image made for ECS.",
        Type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        Default=IMAGE,
    )
    group = _add_group(stack, _add_launch_template(stack))
    provider = stack.add_resource(
        CapacityProvider(
            "CapacityProvider",
            AutoScalingGroupProvider=AutoScalingGroupProvider(
                AutoScalingGroupArn=GetAtt(group, "AutoScalingGroupARN"),
                ManagedDraining="ENABLED",
                ManagedTerminationProtection="ENABLED",
                ManagedScaling=ManagedScaling(Status="ENABLED", TargetCapacity=90 if stack.configuration.is_production else 100),
            ),
        ),
        "Scales the group by what tasks need, and drains an instance before it goes.",
    )
    _add_alarm(stack, group)
    return provider


def _add_launch_template(stack: StackTemplate) -> LaunchTemplate:
    role = stack.add_resource(
        Role(
            "InstanceRole",
            Description="Lets the ECS agent work, and Session Manager open a shell; tasks cannot reach it.",
            AssumeRolePolicyDocument=trusting("ec2.amazonaws.com"),
            ManagedPolicyArns=[
                Sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"),
                Sub("arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"),
            ],
        )
    )
    profile = stack.add_resource(InstanceProfile("InstanceProfile", Roles=[Ref(role)]), "Hands the role to the instances.")
    security_group = add_calling_group(
        stack, "InstanceSecurityGroup", "Machines of the cluster: nobody opens a connection to them."
    )
    return stack.add_resource(
        LaunchTemplate(
            "LaunchTemplate",
            LaunchTemplateData=LaunchTemplateData(
                ImageId=Ref("InstanceImage"),
                InstanceType=Ref("InstanceType"),
                IamInstanceProfile=IamInstanceProfile(Arn=GetAtt(profile, "Arn")),
                SecurityGroupIds=[GetAtt(security_group, "GroupId")],
                MetadataOptions=MetadataOptions(HttpTokens="required", HttpEndpoint="enabled", HttpPutResponseHopLimit=1),
                Monitoring=Monitoring(Enabled=True),
                EbsOptimized=True,
                BlockDeviceMappings=[
                    LaunchTemplateBlockDeviceMapping(
                        DeviceName="/dev/xvda",
                        Ebs=EBSBlockDevice(VolumeSize=30, VolumeType="gp3", Encrypted=True, DeleteOnTermination=True),
                    )
                ],
                UserData=Base64(Sub(START)),
            ),
        ),
        "An instance of the cluster: ECS's image, IMDSv2, an encrypted volume.",
    )


def _add_group(stack: StackTemplate, launch_template: LaunchTemplate) -> AutoScalingGroup:
    configuration = stack.configuration
    specification = LaunchTemplateSpecification(
        LaunchTemplateId=Ref(launch_template), Version=GetAtt(launch_template, "LatestVersionNumber")
    )
    others = [LaunchTemplateOverrides(InstanceType=kind) for kind in INSTANCE_TYPES]
    return stack.add_resource(
        AutoScalingGroup(
            "InstanceGroup",
            VPCZoneIdentifier=Split(",", stack.imported("network", "ApplicationSubnetIds")),
            MinSize=str(configuration.minimum_instances),
            MaxSize=str(configuration.maximum_instances),
            # Managed termination protection needs it: ECS decides which machine may go.
            NewInstancesProtectedFromScaleIn=True,
            CapacityRebalance=True,
            # A new machine image comes in within two weeks without anybody doing anything.
            MaxInstanceLifetime=14 * DAY,
            MetricsCollection=[MetricsCollection(Granularity="1Minute")],
            MixedInstancesPolicy=MixedInstancesPolicy(
                LaunchTemplate=GroupLaunchTemplate(LaunchTemplateSpecification=specification, Overrides=others),
                InstancesDistribution=InstancesDistribution(
                    OnDemandBaseCapacity=configuration.minimum_instances,
                    OnDemandPercentageAboveBaseCapacity=100 if configuration.is_production else 0,
                    OnDemandAllocationStrategy="prioritized",
                    SpotAllocationStrategy="price-capacity-optimized",
                ),
            ),
            Tags=[Tag("Name", Sub("${AWS::StackName}-instance"), propogate=True)],
        ),
        "The instances, over all Availability Zones. ECS sets its size.",
    )


def _add_alarm(stack: StackTemplate, group: AutoScalingGroup) -> None:
    dimensions: dict[str, Any] = {"AutoScalingGroupName": Ref(group)}
    add_alarm(
        stack,
        "InstanceGroupAtMaximumAlarm",
        means="The group of machines is at its maximum: further tasks will wait for room.",
        first="see which service grew, then raise the maximum or find what makes it grow.",
        section="machines-at-maximum",
        watch=Series("AWS/AutoScaling", "GroupDesiredCapacity", "Minimum", dimensions),
        threshold=stack.configuration.maximum_instances,
        breaching=5,
    )
