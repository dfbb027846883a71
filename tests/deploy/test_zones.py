"""Availability Zones are chosen by id before anything is made in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deploy.stacks.network.zones import VPC_LINK_ZONES, WITHOUT_VPC_LINKS, ZoneError, choose


def test_it_works() -> None:
    assert choose("eu-central-1", {"euc1-az1", "euc1-az2", "euc1-az3"}) == ["euc1-az1", "euc1-az2", "euc1-az3"]


@pytest.mark.parametrize(
    ("region", "offered", "chosen"),
    [
        ("us-east-1", "use1-az1 use1-az2 use1-az3 use1-az4 use1-az5 use1-az6", ["use1-az1", "use1-az2", "use1-az4"]),
        ("eu-west-3", "euw3-az1 euw3-az2 euw3-az3", ["euw3-az1", "euw3-az3", "euw3-az2"]),
        ("ca-central-1", "cac1-az1 cac1-az2 cac1-az4", ["cac1-az1", "cac1-az2", "cac1-az4"]),
        ("ap-northeast-1", "apne1-az1 apne1-az2 apne1-az4", ["apne1-az1", "apne1-az2", "apne1-az4"]),
    ],
)
def test_zones_with_vpc_links_come_first(region: str, offered: str, chosen: list[str]) -> None:
    """Here an account's first three may end with "Subnet is in Availability Zone … where service is not available"."""
    assert choose(region, set(offered.split())) == chosen


def test_every_region_has_zones_enough_for_the_link() -> None:
    for region, zones in VPC_LINK_ZONES.items():
        assert len(zones) >= 2
        assert all(re.fullmatch(r"[a-z]+[0-9]-az[0-9]", zone) for zone in zones + WITHOUT_VPC_LINKS.get(region, []))


def test_a_region_with_two_zones_is_refused_by_name() -> None:
    with pytest.raises(ZoneError, match=r"offered in us-west-1, .* it can use usw1-az1, usw1-az3\. Choose another region\."):
        choose("us-west-1", {"usw1-az1", "usw1-az3"})


def test_a_region_without_vpc_links_is_refused_by_name() -> None:
    with pytest.raises(
        ZoneError, match=r"no Availability Zones with VPC links for eu-south-1\. Choose another region: ap-east-1,"
    ):
        choose("eu-south-1", {"eus1-az1", "eus1-az2", "eus1-az3"})


@pytest.mark.parametrize("given", [["euw3-az1"], ["euw3-az1", "euw3-az1", "euw3-az3"], ["euw3-az1", "euw3-az3", "euw3-az4"]])
def test_zones_that_are_not_three_of_the_account_are_refused(given: list[str]) -> None:
    with pytest.raises(ZoneError, match=r"it can use euw3-az1, euw3-az3, euw3-az2\. Give three of them\."):
        choose("eu-west-3", {"euw3-az1", "euw3-az2", "euw3-az3"}, given)


def test_a_zone_without_vpc_links_is_refused_among_the_first_two() -> None:
    with pytest.raises(ZoneError, match="must have VPC links; in eu-west-3 these are: euw3-az1, euw3-az3"):
        choose("eu-west-3", {"euw3-az1", "euw3-az2", "euw3-az3"}, ["euw3-az1", "euw3-az2", "euw3-az3"])


def test_zones_that_a_person_gives_are_taken_in_their_order() -> None:
    given = ["use1-az6", "use1-az4", "use1-az1"]
    assert choose("us-east-1", {f"use1-az{number}" for number in range(1, 7)}, given) == given


def test_the_parameter_takes_ids_and_no_names(deployment: Any) -> None:
    parameter = deployment.templates["network"]["Parameters"]["ZoneIds"]
    assert parameter["Type"] == "CommaDelimitedList"
    assert "Default" not in parameter
    assert re.fullmatch(parameter["AllowedPattern"], "apne1-az4")
    assert not re.fullmatch(parameter["AllowedPattern"], "eu-west-3a")
