"""VPC endpoints: the AWS services the tasks call, without a way over the internet."""

from collections.abc import Sequence
from typing import Final

from troposphere import Ref, Sub, ec2

from deploy.shared.roles import arn, document
from deploy.shared.stack_template import StackTemplate

INTERFACES: Final = {"EcrApi": "ecr.api", "EcrDkr": "ecr.dkr", "Logs": "logs", "SecretsManager": "secretsmanager"}
"""Logical id's scope to service: images, logs and secrets of each task.

Tasks get their keys from ECS, so nothing calls STS; ECS Exec, which would call ssmmessages, is off where the root is read-only.
"""


def add_gateway_endpoints(stack: StackTemplate, tables: Sequence[ec2.RouteTable]) -> None:
    """S3 and DynamoDB on all private route tables, for the account's own buckets and tables only.

    The layers of ECR's images lie in a bucket of AWS, which is named (Amazon ECR user guide, interface VPC endpoints).
    """
    image_layers = {
        "Sid": "ImageLayers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": arn("s3:::prod-${AWS::Region}-starport-layer-bucket/*"),
    }
    for scope, service, further in (("S3", "s3", [image_layers]), ("DynamoDb", "dynamodb", [])):
        # What a role may do its own policy says; the endpoint adds that it may not do it to another account's things.
        own_resources = {
            "Sid": "OwnAccountOnly",
            "Effect": "Allow",
            "Principal": "*",
            "Action": f"{service}:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceAccount": Ref("AWS::AccountId")}},
        }
        refused = "other accounts' resources are refused"
        ec2.VPCEndpoint(
            f"{scope}Endpoint",
            stack,
            Metadata={"Description": f"Calls of {service} stay inside AWS's network, without a charge; {refused}."},
            VpcEndpointType="Gateway",
            VpcId=Ref("Vpc"),
            ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
            RouteTableIds=[Ref(table) for table in tables],
            PolicyDocument=document(own_resources, *further),
        )


def add_interface_endpoints(stack: StackTemplate, subnets: Sequence[ec2.Subnet], group: ec2.SecurityGroup) -> None:
    """An endpoint for each service, in as many Availability Zones as the profile says."""
    for scope, service in INTERFACES.items():
        ec2.VPCEndpoint(
            f"{scope}Endpoint",
            stack,
            Metadata={"Description": f"Calls of {service} stay inside the VPC."},
            VpcEndpointType="Interface",
            VpcId=Ref("Vpc"),
            ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
            SubnetIds=[Ref(subnet) for subnet in subnets[: stack.configuration.settings.endpoint_zones]],
            SecurityGroupIds=[Ref(group)],
            PrivateDnsEnabled=True,
        )
