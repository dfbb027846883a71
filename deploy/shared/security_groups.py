"""Who may open a connection to whom. A group without an egress rule would be given one that allows all: ours say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from troposphere import GetAtt
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.containers import Service
    from deploy.shared.stack_template import StackTemplate

NOWHERE: Final = [{"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "Nothing: answers to what came in need no rule."}]
"""Egress of a group that opens no connection by itself."""

HTTPS_OUT: Final = [
    {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "CidrIp": "0.0.0.0/0",
        "Description": "AWS: through endpoints of the VPC, and through NAT to Cognito.",
    }
]
"""Egress of what calls AWS. S3 and DynamoDB answer at public addresses even through a gateway endpoint."""


def add_calling_group(stack: StackTemplate, logical_id: str, description: str) -> SecurityGroup:
    """Add a group whose members call AWS on 443, interface endpoints included, and that lets nobody in."""
    group = stack.add_resource(
        SecurityGroup(
            logical_id,
            GroupDescription=description,
            VpcId=stack.imported("network", "VpcId"),
            SecurityGroupEgress=HTTPS_OUT,
        )
    )
    stack.add_resource(
        SecurityGroupIngress(
            f"EndpointsFrom{logical_id.removesuffix('SecurityGroup')}",
            GroupId=stack.imported("network", "EndpointSecurityGroupId"),
            SourceSecurityGroupId=GetAtt(group, "GroupId"),
            IpProtocol="tcp",
            FromPort=443,
            ToPort=443,
            Description="calls of AWS",
        )
    )
    return group


def admit_load_balancer(stack: StackTemplate, group: SecurityGroup, services: Sequence[Service]) -> None:
    """Let the load balancer, and nothing else, reach each service's port in ``group``."""
    load_balancer = stack.imported("platform", "LoadBalancerSecurityGroupId")
    for service in services:
        port = {"IpProtocol": "tcp", "FromPort": service.port, "ToPort": service.port}
        stack.add_resource(
            SecurityGroupIngress(
                f"{service.noun}FromLoadBalancer",
                GroupId=GetAtt(group, "GroupId"),
                SourceSecurityGroupId=load_balancer,
                Description=f"requests to {service.name}",
                **port,
            )
        )
        stack.add_resource(
            SecurityGroupEgress(
                f"LoadBalancerTo{service.noun}",
                GroupId=load_balancer,
                DestinationSecurityGroupId=GetAtt(group, "GroupId"),
                Description=f"requests to {service.name}",
                **port,
            )
        )
