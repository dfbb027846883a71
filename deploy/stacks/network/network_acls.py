"""Network ACLs: a second, coarser fence around each kind of subnet. They know no connections, so responses need rules too."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from troposphere import Ref, Sub, Tags, ec2

from deploy import containers
from deploy.shared.stack_template import StackTemplate, skip_checkov

HTTPS: Final = (443, 443)
LISTENER: Final = (containers.LISTENER_PORT, containers.LISTENER_PORT)
CONTAINERS: Final = (min(service.port for service in containers.SERVICES), max(service.port for service in containers.SERVICES))
EPHEMERAL: Final = (1024, 65535)
"""Where responses arrive: NAT gateways and load balancers use this whole range (Amazon VPC user guide, network ACLs)."""


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    outgoing: bool
    ports: tuple[int, int]
    inside: bool
    """Only addresses of the VPC, or any."""


RULES: Final[Mapping[str, Sequence[_Rule]]] = {
    "Public": (
        _Rule("RequestsOfTasks", outgoing=False, ports=HTTPS, inside=True),
        _Rule("ResponsesOfInternet", outgoing=False, ports=EPHEMERAL, inside=False),
        _Rule("RequestsToInternet", outgoing=True, ports=HTTPS, inside=False),
        _Rule("ResponsesToTasks", outgoing=True, ports=EPHEMERAL, inside=True),
    ),
    "Application": (
        _Rule("RequestsOfLoadBalancer", outgoing=False, ports=CONTAINERS, inside=True),
        _Rule("ResponsesOfInternet", outgoing=False, ports=EPHEMERAL, inside=False),
        _Rule("RequestsToServices", outgoing=True, ports=HTTPS, inside=False),
        _Rule("ResponsesToLoadBalancer", outgoing=True, ports=EPHEMERAL, inside=True),
    ),
    "Endpoint": (
        _Rule("RequestsToEndpoints", outgoing=False, ports=HTTPS, inside=True),
        _Rule("RequestsOfLink", outgoing=False, ports=LISTENER, inside=True),
        _Rule("ResponsesOfTasks", outgoing=False, ports=EPHEMERAL, inside=True),
        _Rule("RequestsToTasks", outgoing=True, ports=CONTAINERS, inside=True),
        _Rule("Responses", outgoing=True, ports=EPHEMERAL, inside=True),
    ),
    "Link": (
        _Rule("ResponsesOfLoadBalancer", outgoing=False, ports=EPHEMERAL, inside=True),
        _Rule("RequestsToLoadBalancer", outgoing=True, ports=LISTENER, inside=True),
    ),
}
"""Rules by kind of subnet. S3 and DynamoDB respond from public addresses through the gateway endpoints."""


def add_network_acls(stack: StackTemplate, subnets: Mapping[str, Sequence[ec2.Subnet]]) -> None:
    """One ACL a kind of subnet, on all its subnets. What no rule names is refused."""
    ephemeral = "Responses from the internet arrive on any ephemeral port; security groups, which know connections, close it."
    for kind, rules in RULES.items():
        acl = ec2.NetworkAcl(
            f"{kind}Acl",
            stack,
            Metadata={"Description": f"What may pass into and out of {kind.lower()} subnets; the rest is refused."},
            VpcId=Ref("Vpc"),
            Tags=Tags(Name=Sub(f"${{AWS::StackName}}-{kind.lower()}")),
        )
        for number, rule in enumerate(rules, 1):
            from_anywhere = not rule.outgoing and not rule.inside
            words = re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", rule.name)
            ec2.NetworkAclEntry(
                f"{kind}Acl{rule.name}",
                stack,
                Metadata={"Description": f"{words}.", **(skip_checkov({"CKV_AWS_231": ephemeral}) if from_anywhere else {})},
                NetworkAclId=Ref(acl),
                RuleNumber=number * 10,
                Protocol=6,  # TCP
                RuleAction="allow",
                Egress=rule.outgoing,
                CidrBlock=Ref("VpcCidr") if rule.inside else "0.0.0.0/0",
                PortRange=ec2.PortRange(From=rule.ports[0], To=rule.ports[1]),
            )
        for subnet in subnets[kind]:
            ec2.SubnetNetworkAclAssociation(
                f"{subnet.title}Acl",
                stack,
                Metadata={"Description": "The subnet follows this network ACL."},
                SubnetId=Ref(subnet),
                NetworkAclId=Ref(acl),
            )
