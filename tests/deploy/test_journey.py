"""The journey's own machinery: steps in order, the first failure ends it, answers are compared."""

import httpx
import pytest

from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.rehearsal.relay import relay
from tests.journey import Account, JourneyError, Site, Visitor, refused, same, walk

SITE = Site("http://127.0.0.1:9", "eu-central-1", "pool", "client")


def fails():
    raise JourneyError("the list is empty")


def test_it_works():
    heard = []
    taken = walk([("one", lambda: None), ("two", lambda: None)], heard.append)
    assert [(step.name, step.error) for step in taken] == [("one", None), ("two", None)]
    assert heard == taken


def test_the_first_failure_ends_it():
    taken = walk([("one", fails), ("two", lambda: None)])
    assert [(step.name, step.error) for step in taken] == [("one", "the list is empty")]


def test_a_service_that_is_not_there_is_a_failed_step():
    visitor = Visitor(SITE, Account.new("alice"))
    taken = walk([("asks", lambda: visitor.call("GET", "/api/me/todos", 200))])
    visitor.close()
    assert taken[0].error.startswith("ConnectError")


def test_two_accounts_are_never_the_same():
    assert Account.new("alice") != Account.new("alice")


def test_a_difference_says_what_was_expected():
    with pytest.raises(JourneyError, match="size is 1 where 2 was expected"):
        same("size", 1, 2)


def test_what_should_be_refused_and_is_not_is_an_error():
    with pytest.raises(JourneyError, match="Cognito accepted a wrong password"):
        refused("a wrong password", "NotAuthorizedException", lambda: None)


def test_a_relay_hands_an_error_on_with_its_body(emulator_url):
    with relay(emulator_url) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/no-such-bucket/key")
    assert answer.status_code in {403, 404}
    assert answer.text


@pytest.fixture
def emulator_url():
    with Processes() as processes:
        yield Emulator(processes).url
