"""The choices a user has."""

from __future__ import annotations

import pytest

from deploy.configuration import RESERVED, Configuration, WrongChoiceError, combinations
from deploy.stacks import STACKS


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


def test_there_are_eight_combinations() -> None:
    assert len(set(combinations())) == 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"environment": "Staging"},
            "'Staging' is not the name of an environment: 2 to 16 lower-case letters, digits and hyphens, a letter first.",
        ),
        (
            {"environment": "dev-web"},
            "'dev-web' reads like a stack of another environment: choose a name without 'web'.",
        ),
        ({"profile": "tiny"}, "profile is 'tiny'; choose one of: standard, production."),
        ({"capacity": "lambda"}, "capacity is 'lambda'; choose one of: fargate, ec2."),
        ({"task_layout": ""}, "task layout is ''; choose one of: shared, independent."),
    ],
)
def test_another_choice_is_refused(fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongChoiceError) as error:
        Configuration(**fields)
    assert str(error.value) == sentence


def test_production_is_larger_in_every_size() -> None:
    dev, prod = Configuration("dev").settings, Configuration("prod").settings
    for size in (
        "nat_gateways",
        "log_retention_days",
        "object_log_retention_days",
        "noncurrent_version_days",
        "backup_retention_days",
        "minimum_tasks",
        "maximum_tasks",
        "on_demand_tasks",
        "requests_per_second",
        "container_cpu",
        "container_memory",
        "on_demand_instances",
        "maximum_instances",
        "monthly_budget_dollars",
    ):
        assert getattr(dev, size) < getattr(prod, size), size


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Configuration().environment = "prod"  # type: ignore[misc]
