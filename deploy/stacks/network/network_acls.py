"""Network ACLs: a second, coarser fence around each kind of subnet. They know no connections, so responses need rules too."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from troposphere import Ref, Sub, Tags, ec2

from deploy import containers
from deploy.shared.stack_template import StackTemplate, skip_checkov

HTTPS: Final = (443, 443)
LISTENER: Final = (containers.LISTENER_PORT, containers.LISTENER_PORT)
CONTAINERS: Final = (min(service.port for service in containers.SERVICES), max(service.port for service in containers.SERVICES))
EPHEMERAL: Final = (1024, 65535)
"""Where responses arrive: NAT gateways and load balancers use this whole range (Amazon VPC user guide, network ACLs)."""
TCP: Final = 6
ANYWHERE: Final = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    outgoing: bool
    ports: tuple[int, int]
    inside: bool
    """Only addresses of the VPC, or any."""

    @property
    def description(self) -> str:
        """Its name as words."""
        return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", self.name) + "."


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
    for kind, rules in RULES.items():
        acl = stack.add_resource(
            ec2.NetworkAcl(f"{kind}Acl", VpcId=Ref("Vpc"), Tags=Tags(Name=Sub(f"${{AWS::StackName}}-{kind.lower()}"))),
            f"What may pass into and out of {kind.lower()} subnets; the rest is refused.",
        )
        for number, rule in enumerate(rules, 1):
            stack.add_resource(_entry(kind, acl, rule, number * 10), rule.description)
        for subnet in subnets[kind]:
            stack.add_resource(
                ec2.SubnetNetworkAclAssociation(f"{subnet.title}Acl", SubnetId=Ref(subnet), NetworkAclId=Ref(acl)),
                "The subnet follows this network ACL.",
            )


def _entry(kind: str, acl: ec2.NetworkAcl, rule: _Rule, number: int) -> ec2.NetworkAclEntry:
    extra: dict[str, Any] = {}
    if not rule.outgoing and not rule.inside:
        reason = "Responses from the internet arrive on any ephemeral port; security groups, which know connections, close it."
        extra["Metadata"] = skip_checkov({"CKV_AWS_231": reason})
    return ec2.NetworkAclEntry(
        f"{kind}Acl{rule.name}",
        NetworkAclId=Ref(acl),
        RuleNumber=number,
        Protocol=TCP,
        RuleAction="allow",
        Egress=rule.outgoing,
        CidrBlock=Ref("VpcCidr") if rule.inside else ANYWHERE,
        PortRange=ec2.PortRange(From=rule.ports[0], To=rule.ports[1]),
        **extra,
    )
