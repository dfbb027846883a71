"""Capacity ``ec2``: EC2 instances of our own for the tasks, that ECS itself adds, drains and removes."""

from typing import Final

from troposphere import Base64, GetAtt, Ref, Split, Sub, autoscaling, ec2, ecs, iam

from deploy.shared.alarms import add_alarms
from deploy.shared.roles import arn, trusting
from deploy.shared.security_groups import add_calling_group
from deploy.shared.stack_template import StackTemplate

INSTANCE_TYPES: Final = {
    "arm64": ("m7g.large", "m6g.large", "m7g.xlarge", "m6g.xlarge"),
    "x86_64": ("m6i.large", "m7i.large", "m6i.xlarge", "m7i.xlarge"),
}
"""In order of preference: on demand takes the first that is there. The one place where they are chosen."""
_IMAGES: Final = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023"
IMAGE: Final = {"arm64": f"{_IMAGES}/arm64/recommended/image_id", "x86_64": f"{_IMAGES}/recommended/image_id"}
"""The newest image that AWS makes for ECS, looked up when an instance is launched and not when the stack is deployed."""

# The agent joins the cluster; tasks may not ask the instance for its role; drained by ECS before spot takes one away.
START: Final = """#!/bin/bash
cat >> /etc/ecs/ecs.config <<'END'
ECS_CLUSTER=${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_CONTAINER_STOP_TIMEOUT=120s
END
"""


def add_instances(stack: StackTemplate) -> ecs.CapacityProvider:
    """Add launch template, Auto Scaling group, and the capacity provider that scales it by what tasks need."""
    group = _add_group(stack, _add_launch_template(stack))
    provider = ecs.CapacityProvider(
        "CapacityProvider",
        stack,
        Metadata={"Description": "Scales the group by what tasks need, and drains an instance before it goes."},
        AutoScalingGroupProvider=ecs.AutoScalingGroupProvider(
            AutoScalingGroupArn=GetAtt(group, "AutoScalingGroupARN"),
            ManagedDraining="ENABLED",
            # An instance may go while tasks run on it: it is drained first (docs/explanation/decisions/0040).
            ManagedTerminationProtection="DISABLED",
            ManagedScaling=ecs.ManagedScaling(Status="ENABLED", TargetCapacity=stack.configuration.settings.instances_target),
        ),
    )
    settings = stack.configuration.settings
    add_alarms(stack, "instances", {"AutoScalingGroupName": Ref(group)}, maximum=settings.maximum_instances)
    return provider


def _add_launch_template(stack: StackTemplate) -> ec2.LaunchTemplate:
    role = iam.Role(
        "InstanceRole",
        stack,
        Description="Lets the ECS agent work, and Session Manager open a shell; tasks cannot reach it.",
        AssumeRolePolicyDocument=trusting("ec2.amazonaws.com"),
        ManagedPolicyArns=[
            arn("iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"),
            arn("iam::aws:policy/AmazonSSMManagedInstanceCore"),
        ],
    )
    profile = iam.InstanceProfile(
        "InstanceProfile", stack, Metadata={"Description": "Hands the role to the instances."}, Roles=[Ref(role)]
    )
    security_group = add_calling_group(stack, "InstanceSecurityGroup", "EC2 instances of the cluster: accept no connections.")
    return ec2.LaunchTemplate(
        "LaunchTemplate",
        stack,
        Metadata={"Description": "An instance of the cluster: ECS's image, IMDSv2, an encrypted volume."},
        LaunchTemplateData=ec2.LaunchTemplateData(
            ImageId=IMAGE[stack.configuration.architecture],
            IamInstanceProfile=ec2.IamInstanceProfile(Arn=GetAtt(profile, "Arn")),
            SecurityGroupIds=[GetAtt(security_group, "GroupId")],
            MetadataOptions=ec2.MetadataOptions(HttpTokens="required", HttpEndpoint="enabled", HttpPutResponseHopLimit=1),
            Monitoring=ec2.Monitoring(Enabled=True),
            EbsOptimized=True,
            BlockDeviceMappings=[
                ec2.LaunchTemplateBlockDeviceMapping(
                    DeviceName="/dev/xvda",
                    Ebs=ec2.EBSBlockDevice(VolumeSize=30, VolumeType="gp3", Encrypted=True, DeleteOnTermination=True),
                )
            ],
            UserData=Base64(Sub(START)),
        ),
    )


def _add_group(stack: StackTemplate, launch_template: ec2.LaunchTemplate) -> autoscaling.AutoScalingGroup:
    configuration = stack.configuration
    specification = autoscaling.LaunchTemplateSpecification(
        LaunchTemplateId=Ref(launch_template), Version=GetAtt(launch_template, "LatestVersionNumber")
    )
    types = [autoscaling.LaunchTemplateOverrides(InstanceType=kind) for kind in INSTANCE_TYPES[configuration.architecture]]
    return autoscaling.AutoScalingGroup(
        "InstanceGroup",
        stack,
        Metadata={"Description": "The instances, over all Availability Zones. ECS sets its size."},
        VPCZoneIdentifier=Split(",", stack.imported("network", "ApplicationSubnetIds")),
        # Empty until tasks need room: what is launched before the capacity provider is there would stay outside it.
        # Source: Amazon ECS developer guide, "Amazon ECS capacity providers for EC2 workloads".
        MinSize="0",
        MaxSize=str(configuration.settings.maximum_instances),
        CapacityRebalance=True,
        # A new image is everywhere within two weeks without anybody doing anything.
        MaxInstanceLifetime=14 * 86_400,
        MetricsCollection=[autoscaling.MetricsCollection(Granularity="1Minute")],
        MixedInstancesPolicy=autoscaling.MixedInstancesPolicy(
            LaunchTemplate=autoscaling.LaunchTemplate(LaunchTemplateSpecification=specification, Overrides=types),
            InstancesDistribution=autoscaling.InstancesDistribution(
                OnDemandBaseCapacity=configuration.settings.on_demand_instances,
                OnDemandPercentageAboveBaseCapacity=0 if configuration.settings.spot else 100,
                OnDemandAllocationStrategy="prioritized",
                SpotAllocationStrategy="price-capacity-optimized",
            ),
        ),
        # ECS gives a group this tag when it is connected to a provider; named here, an update does not take it away.
        Tags=[
            autoscaling.Tag("AmazonECSManaged", "", propogate=True),
            autoscaling.Tag("Name", Sub("${AWS::StackName}-instance"), propogate=True),
        ],
    )
