"""What `deploy.py up` checks before it changes something, and what it says of the price."""

import boto3
import pytest
from botocore.stub import Stubber

from deploy.configuration import Configuration
from deploy.release import preflight
from deploy.release.deployment import DeploymentError

PRODUCTION = Configuration("prod")


@pytest.fixture
def stubbed():
    """A client that returns one response: ``stubbed("cloudfront", "list_distributions", {…})``."""

    def stubbed(service, operation, response=None, error=None):
        client = boto3.Session("test", "test", region_name="eu-central-1").client(service)
        stubber = Stubber(client)
        if error:
            stubber.add_client_error(operation, error)
        else:
            stubber.add_response(operation, response)
        stubber.activate()
        return client

    return stubbed


@pytest.fixture
def quotas(stubbed):
    """Service Quotas of an account that may use this many vCPU of Fargate."""
    return lambda value: stubbed("service-quotas", "get_service_quota", {"Quota": {"Value": value}})


def test_it_works(quotas):
    assert preflight.quota(quotas(8.0), PRODUCTION) == "a release takes 7.5 of 8 vCPU of Fargate On-Demand"


def test_a_quota_that_holds_no_release_is_refused_with_where_to_ask(quotas):
    with pytest.raises(
        DeploymentError, match=r"takes 7.5 vCPU of Fargate On-Demand, and this account may use 6: docs/how-to/quotas.md"
    ):
        preflight.quota(quotas(6.0), PRODUCTION)


def test_a_sandbox_takes_spot(quotas):
    sandbox = Configuration("weekend", profile="sandbox")
    assert preflight.quota(quotas(6.0), sandbox) == "a release takes 0.5 of 6 vCPU of Fargate Spot"


def test_a_quota_that_may_not_be_read_stops_nothing(stubbed):
    client = stubbed("service-quotas", "get_service_quota", error="AccessDeniedException")
    assert preflight.quota(client, PRODUCTION).startswith("not known (")


@pytest.mark.parametrize(("distributions", "said"), [(1, "serves it already"), (0, "have AWS Support verify the account")])
def test_an_account_without_a_distribution_may_have_to_be_verified(distributions, said, stubbed):
    found = {"Marker": "", "MaxItems": 1, "IsTruncated": False, "Quantity": distributions}
    assert said in preflight.verified(stubbed("cloudfront", "list_distributions", {"DistributionList": found}))


def test_distributions_that_may_not_be_listed_stop_nothing(stubbed):
    assert preflight.verified(stubbed("cloudfront", "list_distributions", error="AccessDenied")).startswith("not known (")


def test_the_page_needs_node(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match=r"Node 20.19 or newer with npm is not installed"):
        preflight.page()


def test_the_price_is_of_an_hour_a_day_a_weekend_and_a_month():
    assert preflight.price(Configuration("weekend", profile="sandbox")) == (
        "$0.04 an hour, $1.02 a day, $2.04 a weekend of 48 hours, $30.96 a month; without visitors, list prices of us-east-1"
    )
