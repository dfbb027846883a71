"""What the journey compares, and what it says of a difference."""

import pytest

from tests.journey import Account, JourneyError, refused, same


def test_two_accounts_are_never_the_same():
    assert Account.new("alice") != Account.new("alice")


def test_a_difference_says_what_was_expected():
    with pytest.raises(JourneyError, match="size is 1 where 2 was expected"):
        same("size", 1, 2)


def test_what_should_be_refused_and_is_not_is_an_error():
    with pytest.raises(JourneyError, match="Cognito accepted a wrong password"):
        refused("a wrong password", "NotAuthorizedException", lambda: None)
