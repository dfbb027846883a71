"""Who may open a connection to whom. A group without an egress rule would be given one that allows all: ours say it."""

from typing import Any, Final

from troposphere import GetAtt, ec2

from deploy.shared.stack_template import StackTemplate

NOWHERE: Final = [
    {"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "Nothing: responses to what came in need no rule."}
]
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
"""Egress of what calls AWS. S3 and DynamoDB have public addresses even through a gateway endpoint."""


def add_group(
    stack: StackTemplate, logical_id: str, description: str, egress: list[dict[str, Any]] = NOWHERE
) -> ec2.SecurityGroup:
    """Add a group that accepts no connections until a rule says so."""
    vpc = stack.imported("network", "VpcId")
    return ec2.SecurityGroup(logical_id, stack, GroupDescription=description, VpcId=vpc, SecurityGroupEgress=egress)


def add_calling_group(stack: StackTemplate, logical_id: str, description: str) -> ec2.SecurityGroup:
    """Add a group whose members call AWS on 443, interface endpoints included, and that accepts no connections."""
    group = add_group(stack, logical_id, description, HTTPS_OUT)
    ec2.SecurityGroupIngress(
        endpoint_rule(group),
        stack,
        GroupId=stack.imported("network", "EndpointSecurityGroupId"),
        SourceSecurityGroupId=GetAtt(group, "GroupId"),
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
        Description="calls of AWS",
    )
    return group


def endpoint_rule(group: ec2.SecurityGroup) -> str:
    """Logical id of the rule that lets a calling group reach the interface endpoints: what uses the group depends on it."""
    return f"EndpointsFrom{group.title.removesuffix('SecurityGroup')}"
