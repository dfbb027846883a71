"""Which Availability Zones of a region the network is made in. By id: in each account the names stand for other zones."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

COUNT: Final = 3
LINKED: Final = 2
"""The VPC link has subnets in the first two zones: that many every region below has."""

VPC_LINK_ZONES: Final[Mapping[str, tuple[str, ...]]] = {
    "ap-east-1": ("ape1-az2", "ape1-az3"),
    "ap-northeast-1": ("apne1-az1", "apne1-az2", "apne1-az4"),
    "ap-northeast-2": ("apne2-az1", "apne2-az2", "apne2-az3"),
    "ap-south-1": ("aps1-az1", "aps1-az2", "aps1-az3"),
    "ap-southeast-1": ("apse1-az1", "apse1-az2", "apse1-az3"),
    "ap-southeast-2": ("apse2-az1", "apse2-az2", "apse2-az3"),
    "ca-central-1": ("cac1-az1", "cac1-az2"),
    "eu-central-1": ("euc1-az1", "euc1-az2", "euc1-az3"),
    "eu-north-1": ("eun1-az1", "eun1-az2", "eun1-az3"),
    "eu-south-2": ("eus2-az1", "eus2-az2", "eus2-az3"),
    "eu-west-1": ("euw1-az1", "euw1-az2", "euw1-az3"),
    "eu-west-2": ("euw2-az1", "euw2-az2", "euw2-az3"),
    "eu-west-3": ("euw3-az1", "euw3-az3"),
    "me-south-1": ("mes1-az1", "mes1-az2", "mes1-az3"),
    "sa-east-1": ("sae1-az1", "sae1-az2", "sae1-az3"),
    "us-east-1": ("use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"),
    "us-east-2": ("use2-az1", "use2-az2", "use2-az3"),
    "us-gov-west-1": ("usgw1-az1", "usgw1-az2", "usgw1-az3"),
    "us-west-1": ("usw1-az1", "usw1-az3"),
    "us-west-2": ("usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"),
}
"""Source: API Gateway developer guide, "Set up VPC links V2 in API Gateway", Availability by Region."""

WITHOUT_VPC_LINKS: Final[Mapping[str, tuple[str, ...]]] = {
    "ap-east-1": ("ape1-az1",),
    "ca-central-1": ("cac1-az4",),
    "eu-west-3": ("euw3-az2",),
}
"""Zones that have NAT gateways and Fargate all the same, where the others are too few.

Source: Amazon ECS developer guide, "Supported Regions for Amazon ECS on AWS Fargate".
"""


class ZoneError(ValueError):
    """The region or the zones given cannot hold the network; the message says why and what to do."""


def choose(region: str, offered: Collection[str], given: Sequence[str] = ()) -> list[str]:
    """The ids of three zones that the account is ``offered`` in ``region``, the VPC link's first.

    ``given``: ids that a person wants. Raises ZoneError when these, or the region, cannot hold the network.
    """
    linked = VPC_LINK_ZONES.get(region)
    if linked is None:
        raise ZoneError(
            f"API Gateway lists no Availability Zones with VPC links for {region}. "
            f"Choose another region: {', '.join(VPC_LINK_ZONES)}."
        )
    usable = [zone for zone in linked + WITHOUT_VPC_LINKS.get(region, ()) if zone in offered]
    chosen = list(given) or usable[:COUNT]
    if len(chosen) != COUNT or len(set(chosen)) != COUNT or not set(chosen) <= set(usable):
        raise ZoneError(
            f"The network needs {COUNT} Availability Zones. Of those that this account is offered in {region}, "
            f"{', '.join(sorted(offered))}, it can use {', '.join(usable) or 'none'}. "
            + ("Give three of them." if len(usable) >= COUNT else "Choose another region.")
        )
    if not set(chosen[:LINKED]) <= set(linked):
        raise ZoneError(f"The first {LINKED} of ZoneIds must have VPC links; in {region} these are: {', '.join(linked)}.")
    return chosen
