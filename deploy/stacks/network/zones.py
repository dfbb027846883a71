"""Which Availability Zones of a region the network is created in. By id: in each account the names stand for others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from deploy.shared import yaml_files

COUNT: Final = 3
LINKED: Final = 2
"""The VPC link has subnets in the first two Availability Zones: that many every region below has."""

_ZONES: Final = yaml_files.beside(__file__)
VPC_LINK_ZONES: Final[Mapping[str, list[str]]] = _ZONES["vpc_links"]
WITHOUT_VPC_LINKS: Final[Mapping[str, list[str]]] = _ZONES["without_vpc_links"]


class ZoneError(ValueError):
    """The region or the Availability Zones given cannot hold the network; the message says why and what to do."""


def choose(region: str, offered: Collection[str], given: Sequence[str] = ()) -> list[str]:
    """The ids of three Availability Zones that the account is ``offered`` in ``region``, the VPC link's first.

    ``given``: ids that a person wants. Raises ZoneError when these, or the region, cannot hold the network.
    """
    linked = VPC_LINK_ZONES.get(region)
    if linked is None:
        raise ZoneError(
            f"API Gateway lists no Availability Zones with VPC links for {region}. "
            f"Choose another region: {', '.join(VPC_LINK_ZONES)}."
        )
    usable = [zone for zone in linked + WITHOUT_VPC_LINKS.get(region, []) if zone in offered]
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
