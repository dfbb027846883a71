"""docs/cost.md says what the templates and the price table say; some figures computed by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deploy import cost, throughput
from deploy.billing import inventory, prices
from deploy.billing.bill import bill, total
from deploy.billing.fleet import fleet
from deploy.billing.prices import NoSuchPriceError, Prices
from deploy.billing.savings import SAVINGS, Case, largest
from deploy.billing.traffic import IDLE, OPERATIONS, Load
from deploy.configuration import Configuration, combinations
from deploy.marked_sections import NoSuchSectionError, filled

if TYPE_CHECKING:
    from deploy.billing.inventory import Inventory

PRICES = prices.read()
THROUGHPUT = throughput.Throughput(
    measured=True,
    source="a test",
    cpu_ms=dict.fromkeys(("list of 100", "list of 10", "read one", "create", "list of 20 files"), 4.0),
)


@pytest.fixture(scope="module")
def prod() -> Inventory:
    return inventory.take(Configuration("prod"))


@pytest.fixture(scope="module")
def dev() -> Inventory:
    return inventory.take(Configuration("dev"))


def dollars(counted: Inventory, load: Load = IDLE) -> dict[str, float]:
    return {line.what: line.dollars for line in bill(counted, load, PRICES, THROUGHPUT)}


def test_it_works(capsys):
    assert cost.main(["--environment", "prod", "--rate", "100"]) == 0
    printed = capsys.readouterr().out
    assert "NAT gateways" in printed
    assert "without tax" in printed


def test_the_document_is_up_to_date():
    assert cost.main(["--check"]) == 0, "run: python deploy/cost.py --write"


def test_an_outdated_document_is_named(tmp_path, monkeypatch, capsys):
    page = tmp_path / "cost.md"
    text = cost.DOCUMENT.read_text(encoding="utf-8")
    page.write_text(text.replace("| dev, fargate, shared | 1", "| dev, fargate, shared | 2"), encoding="utf-8")
    monkeypatch.setattr(cost, "DOCUMENT", page)
    assert cost.main(["--check"]) == 1
    assert "--write" in capsys.readouterr().out
    assert cost.main(["--write"]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_network_of_an_idle_production_by_hand(prod):
    lines = dollars(prod)
    assert lines["NAT gateways"] == pytest.approx(3 * 730 * 0.045)
    assert lines["their addresses"] == pytest.approx(3 * 730 * 0.005)
    assert lines["interface endpoints, each zone"] == pytest.approx(4 * 3 * 730 * 0.01)
    assert lines["load balancer"] == pytest.approx(730 * 0.0225)


def test_tasks_of_an_idle_production_by_hand(prod):
    lines = dollars(prod)
    assert lines["vCPU of tasks"] == pytest.approx(6 * 0.5 * 730 * 0.04048)
    assert lines["memory of tasks"] == pytest.approx(6 * 1 * 730 * 0.004445)


def test_development_takes_half_of_what_is_above_its_base_on_spot(dev):
    running = fleet(dev, IDLE, THROUGHPUT)
    assert (running.vcpu, running.spot_vcpu) == (2 * 1.5 * 0.25, 2 * 0.5 * 0.25)


def test_requests_of_a_month_by_hand(prod):
    lines = dollars(prod, Load(100))
    assert lines["HTTP API"] == pytest.approx(100 * 3600 * 730 / 1e6)
    assert dollars(prod, Load(1_000))["HTTP API"] == pytest.approx(300 * 1.00 + (2_628 - 300) * 0.90)


def test_sign_in_by_hand(prod):
    assert dollars(prod, Load(100))["active users"] == pytest.approx(90_000 * 0.0055 + (438_000 - 100_000) * 0.0046)
    assert dollars(prod, Load(1))["active users"] == 0


def test_tasks_follow_the_policy_on_requests(prod):
    todos = 100 * 0.93 * 60 / 1_000
    assert fleet(prod, Load(100), THROUGHPUT).tasks == {"Todos": -int(-todos // 1), "Files": 3}
    assert fleet(prod, Load(1_000), THROUGHPUT).tasks["Todos"] == 24


def test_the_counts_are_the_templates(deployments):
    for deployment in deployments:
        counted = inventory.take(deployment.configuration)
        assert counted.nat_gateways == len(deployment.resources("AWS::EC2::NatGateway"))
        assert counted.keys == len(deployment.resources("AWS::KMS::Key"))
        assert counted.secrets == len(deployment.resources("AWS::SecretsManager::Secret"))
        assert len(counted.tasks) == len(deployment.resources("AWS::ECS::Service"))
        assert counted.alarm_metrics >= len(deployment.resources("AWS::CloudWatch::Alarm"))


def test_every_combination_has_a_bill_that_grows_with_its_load():
    for configuration in combinations():
        counted = inventory.take(configuration)
        months = [total(bill(counted, load, PRICES, THROUGHPUT)) for load in (IDLE, Load(1), Load(100))]
        assert months == sorted(months)
        assert months[0] > 100


def test_tiers_are_charged_each_at_its_price():
    table = Prices("here", "today", {"thing": {"here": [[10, 0], [100, 2], [None, 1]]}})
    assert [table.dollars("thing", quantity) for quantity in (0, 10, 60, 110)] == [0, 0, 100, 190]


def test_a_missing_price_is_named():
    with pytest.raises(NoSuchPriceError, match="'gold' in us-east-1"):
        PRICES.dollars("gold", 1)


def test_every_price_has_unit_source_date_and_both_regions():
    lines = json.loads(prices.FILE.read_text(encoding="utf-8"))["prices"]
    for name, line in lines.items():
        assert {"unit", "source", "date", *prices.REGIONS} <= line.keys(), name


def test_the_mix_is_of_a_thousand():
    assert sum(each.share for each in OPERATIONS) == 1_000


def test_no_saving_is_negative_and_none_of_the_largest_is_part_of_another(prod):
    for load in (IDLE, Load(1), Load(1_000)):
        case = Case(prod, load, PRICES, THROUGHPUT)
        assert all(saving.dollars(case) >= 0 for saving in SAVINGS)
        names = [saving.name for saving, _ in largest(case)]
        assert len(names) == 3
        assert not {saving.within for saving, _ in largest(case)} & set(names)


def test_one_nat_gateway_saves_two_by_hand(prod):
    case = Case(prod, IDLE, PRICES, THROUGHPUT)
    (saving,) = (each for each in SAVINGS if each.name == "One NAT gateway")
    assert saving.dollars(case) == pytest.approx(2 * 730 * (0.045 + 0.005))
    assert saving.dollars(replace(case, inventory=replace(prod, nat_gateways=1, addresses=1))) == 0


def test_a_section_without_markers_is_refused():
    with pytest.raises(NoSuchSectionError, match="begin months"):
        filled("# A page\n", {"months": "1"})


def test_a_rate_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        cost.main(["--rate", "-1"])
    assert "between 0 and 1,000,000" in capsys.readouterr().err
