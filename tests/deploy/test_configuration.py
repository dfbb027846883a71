"""The choices a user has."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict
from itertools import pairwise

import pytest

from deploy.configuration import CAPACITIES, PROFILES, RESERVED, SETTINGS, Configuration, environment_name
from deploy.stacks import STACKS
from tests.deploy.selections import combinations


def test_it_works() -> None:
    assert Configuration().stack_name("data") == "todo-dev-data"
    assert Configuration("prod").stack_name("data") == "todo-prod-data"
    assert Configuration("pr-123").stack_name("data") == "todo-pr-123-data"


def test_the_name_picks_a_profile_unless_one_is_given() -> None:
    assert Configuration("prod").is_production
    assert not Configuration("prod", profile="standard").is_production
    assert not Configuration("live").is_production
    assert Configuration("live", profile="production").is_production


def test_an_environment_is_called_like_no_stack() -> None:
    """Else the permissions of ``dev``, which go by names, would reach the environment ``dev-web``."""
    assert {stack.name for stack in STACKS} | {"origin"} == RESERVED


def test_there_are_twelve_combinations() -> None:
    assert len(set(combinations())) == 12


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "Staging",
            "'Staging' is not the name of an environment: 2 to 16 lower-case letters, digits and hyphens, a letter first.",
        ),
        ("dev-web", "'dev-web' reads like a stack of another environment: choose a name without 'web'."),
    ],
)
def test_another_name_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(ArgumentTypeError) as error:
        environment_name(name)
    assert str(error.value) == sentence


def test_the_profile_picks_a_task_layout_unless_one_is_given() -> None:
    assert Configuration("weekend", profile="sandbox").shares_task
    assert not Configuration("dev").shares_task
    assert not Configuration("weekend", task_layout="independent", profile="sandbox").shares_task


def test_the_profile_picks_a_deployment_unless_one_is_given() -> None:
    assert Configuration("prod").deployment == "canary"
    assert (Configuration("dev").deployment, Configuration("weekend", profile="sandbox").deployment) == ("rolling", "rolling")
    assert Configuration("dev", deployment="linear").deployment == "linear"


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_instances_have_a_nat_gateway_because_their_tasks_take_no_public_address(capacity: str) -> None:
    assert Configuration("dev", capacity).nat_gateways == (1 if capacity == "ec2" else 0)
    assert Configuration("prod", capacity).nat_gateways == 3


def test_each_profile_is_larger_than_the_one_before() -> None:
    for smaller, larger in pairwise(SETTINGS[profile] for profile in PROFILES):
        for size in ("log_retention_days", "object_log_retention_days", "noncurrent_version_days", "requests_per_second"):
            assert getattr(smaller, size) < getattr(larger, size), size
        for service in ("todos", "files"):
            fewer, more = asdict(getattr(smaller, service)), asdict(getattr(larger, service))
            assert all(fewer[size] <= more[size] for size in fewer), service


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Configuration().environment = "prod"  # type: ignore[misc]
