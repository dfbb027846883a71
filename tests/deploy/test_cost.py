"""What an environment costs: figures computed by hand, and docs/reference/cost.md."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import cost
from deploy.configuration import ARCHITECTURES, PROFILES, Configuration
from tests.deploy.selections import combinations

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "cost.md").read_text()


def amounts(configuration: Configuration) -> dict[str, float]:
    """Dollars of an idle month by price line."""
    return cost.dollars(cost.idle(configuration), free=True)


def test_it_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--environment", "prod"]) == 0
    printed = capsys.readouterr().out
    assert "prod: idle, a month" in printed
    assert "nat-hour" in printed
    assert "prod: a million requests" in printed


def test_the_page_has_the_figures_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main([]) == 0
    assert capsys.readouterr().out in PAGE, "docs/reference/cost.md: put there what `python deploy/cost.py` prints"


@pytest.mark.parametrize(("profile", "most"), [("sandbox", 35), ("standard", 75), ("production", 260)])
def test_an_idle_month_stays_below_its_limit(profile: str, most: int) -> None:
    assert cost.per_month(Configuration(profile=profile)) <= most


def test_a_weekend_costs_two_dollars_and_a_half_at_most() -> None:
    assert cost.per_month(Configuration(profile="sandbox")) / cost.HOURS * cost.WEEKEND <= 2.5


def test_a_hundred_requests_a_second_cost_1900_a_month_at_most() -> None:
    assert cost.busy_month(Configuration("prod")) <= 1_900


def test_the_busy_month_is_served_by_the_tasks_that_run_anyway() -> None:
    """A hundred requests a second are 0.23 vCPU; production has 3.75."""
    needed = sum(share * ms for share, *_, ms in cost.MIX.values()) / 1e6 * cost.BUSY
    running = sum(tasks.minimum * tasks.cpu for tasks in map(Configuration("prod").tasks, ("todos", "files"))) / 1024
    assert needed < cost.TARGET * running


def test_network_of_an_idle_production_by_hand() -> None:
    found = amounts(Configuration("prod"))
    assert found["nat-hour"] == pytest.approx(3 * 730 * 0.045)
    assert found["address-hour"] == pytest.approx(3 * 730 * 0.005)
    assert found["alb-hour"] == pytest.approx(730 * 0.0225)
    private = amounts(Configuration("prod", private_endpoints=True))
    assert (found["endpoint-hour"], private["endpoint-hour"]) == (0, pytest.approx(4 * 3 * 730 * 0.01))


def test_tasks_of_an_idle_production_by_hand() -> None:
    found = amounts(Configuration("prod"))
    purge_hours = 730 / 60
    assert found["fargate-arm64-vcpu"] == pytest.approx(((6 * 0.5 + 3 * 0.25) * 730 + 0.25 * purge_hours) * 0.03238)
    assert found["fargate-arm64-gb"] == pytest.approx(((6 * 1.0 + 3 * 0.5) * 730 + 0.5 * purge_hours) * 0.00356)
    assert found["fargate-spot-arm64-vcpu"] == 0


def test_x86_processors_are_charged_at_their_own_price() -> None:
    arm, other = (amounts(Configuration("prod", architecture=each)) for each in ("arm64", "x86_64"))
    assert other["fargate-x86_64-vcpu"] / arm["fargate-arm64-vcpu"] == pytest.approx(0.04048 / 0.03238)


def test_half_of_what_is_above_the_base_runs_on_spot_outside_production() -> None:
    quantities = cost.idle(Configuration("dev"))
    assert quantities["fargate-spot-arm64-vcpu"] == pytest.approx(2 * 0.5 * 0.25 * 730)


def test_a_sandbox_is_one_task_on_spot_with_one_public_address() -> None:
    quantities = cost.idle(Configuration("weekend", profile="sandbox"))
    assert quantities["fargate-spot-arm64-vcpu"] == pytest.approx(0.25 * 730)
    assert quantities["address-hour"] == pytest.approx(730 + 730 / 60)
    assert not {"nat-hour", "waf-acl", "key"} & quantities.keys()


def test_instances_are_charged_in_place_of_tasks() -> None:
    quantities = cost.idle(Configuration("prod", "ec2"))
    assert quantities["instance-arm64-hour"] == 2 * 730
    assert "fargate-arm64-vcpu" not in quantities


def test_requests_of_the_mix_make_a_thousand() -> None:
    assert sum(share for share, *_ in cost.MIX.values()) == 1_000


def test_a_million_requests_by_hand() -> None:
    quantities = cost.per_million(Configuration("prod"))
    assert quantities["api-million"] == 1
    assert quantities["dynamodb-read-million"] == pytest.approx(0.45 * 8 + 0.03 * 30 + 0.15 + 0.07 + 0.04 + 0.06 * 2 + 0.005)
    assert quantities["alb-lcu"] == pytest.approx(3.167)


def test_free_allowances_are_subtracted_once_and_never_below_zero() -> None:
    assert cost.dollars({"alarm-metric": 12}, free=True) == {"alarm-metric": pytest.approx(0.2)}
    assert cost.dollars({"dashboard": 1}, free=True) == {"dashboard": 0}
    assert cost.dollars({"dashboard": 1}, free=False) == {"dashboard": 3}


def test_every_price_says_when_and_where_it_was_seen_and_is_used() -> None:
    configurations = [replace(each, architecture=name) for each in combinations() for name in ARCHITECTURES]
    used = {name for each in configurations for part in (cost.idle, cost.per_million) for name in part(each)}
    assert used <= cost.PRICES.keys()
    assert cost.PRICES.keys() - used == {"user-lite"}
    for price in cost.PRICES.values():
        assert re.fullmatch(r"20\d\d-\d\d", price["date"])
        assert price["source"]
        assert price["dollars"] > 0


GROUPS = {
    "tasks": ("fargate",),
    "NAT gateways; public addresses": ("nat-hour", "address-hour"),
    "load balancer": ("alb",),
    "web ACL": ("waf",),
    "alarms, Contributor Insights": ("alarm", "composite", "contributor", "custom-metric", "dashboard"),
    "keys, secrets, images": ("key", "secret", "image"),
}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_page_says_where_the_idle_price_goes(profile: str) -> None:
    spent = amounts(Configuration(profile=profile))
    table = PAGE.split("## Where it goes")[1].split("\n\n")[1]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    said = {row[0]: int(row[1 + PROFILES.index(profile)] or 0) for row in rows[2:]}
    found = {group: round(sum(spent[name] for name in spent if name.startswith(starts))) for group, starts in GROUPS.items()}
    assert said == found
    assert sum(found.values()) == pytest.approx(sum(spent.values()), abs=3)
