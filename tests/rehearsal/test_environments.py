"""A second environment, a sandbox, beside the first: it comes up, goes down, and nothing else notices."""

import pytest

from deploy.configuration import Configuration
from tests.rehearsal import emulated
from tests.rehearsal.environment import Environment, account


@pytest.fixture(scope="module")
def before(environment):
    return account()


@pytest.fixture(scope="module")
def second(before, environment, page):
    """Its stacks and page; the first environment is up meanwhile."""
    second = Environment(Configuration("weekend", profile="sandbox"), environment.images)
    second.up(page)
    return second


def test_it_works(before, second, environment):
    """Side by side, with nothing in common; tasks of both run."""
    assert before < account()
    assert {each["clusterArn"] for each in environment.services()}.isdisjoint(each["clusterArn"] for each in second.services())
    assert second.outputs("web")["DistributionHost"] != environment.outputs("web")["DistributionHost"]


def test_the_account_is_as_before_when_it_is_destroyed(before, second, work, summary):
    work().downloads()
    printed = second.remove()
    summary.append(f"{second.configuration.environment} was removed. {printed.splitlines()[-1]}")
    assert printed.endswith("Left in the account with the tag env=weekend: nothing\n")
    emulated.until("its tasks have stopped", lambda: len(account()) == len(before))
    assert account() == before


def test_the_first_serves_its_visitors_as_before(second, environment, work):
    assert environment.is_stable()
    work().downloads()
