"""The choices a user has."""

from __future__ import annotations

import pytest

from deploy.configuration import Configuration, WrongChoiceError, combinations


def test_it_works() -> None:
    assert Configuration().stack_name("data") == "todo-dev-data"
    assert Configuration("prod").stack_name("data") == "todo-prod-data"


def test_there_are_eight_combinations() -> None:
    assert len(set(combinations())) == 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"environment": "staging"}, "environment is 'staging'; choose one of: dev, prod."),
        ({"capacity": "lambda"}, "capacity is 'lambda'; choose one of: fargate, ec2."),
        ({"task_layout": ""}, "task layout is ''; choose one of: shared, independent."),
    ],
)
def test_another_choice_is_refused(fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongChoiceError) as error:
        Configuration(**fields)
    assert str(error.value) == sentence


def test_production_is_larger_in_every_size() -> None:
    dev, prod = Configuration("dev"), Configuration("prod")
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
        "minimum_instances",
        "maximum_instances",
        "monthly_budget_dollars",
    ):
        assert getattr(dev, size) < getattr(prod, size), size


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Configuration().environment = "prod"  # type: ignore[misc]
