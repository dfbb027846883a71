"""deploy.py removes the environment; what is left is what the templates retain."""

import pytest

from deploy.stacks import STACKS
from tests.rehearsal.environment import account


@pytest.fixture
def retained(environment):
    """Physical ids of what the templates retain: data, and what the administrator's stack holds."""
    templates = {stack.name: stack.template(environment.configuration).to_dict()["Resources"] for stack in STACKS}
    return {
        resource["PhysicalResourceId"]
        for stack, template in templates.items()
        for name, resource in environment.resources(stack).items()
        if template.get(name, {}).get("DeletionPolicy") in {"Retain", "RetainExceptOnCreate"}
    }


def test_it_works(environment, retained):
    """No stack, no container of a task, no export but one that the embedded AWS keeps after an update has removed it."""
    environment.remove()
    left = {each for each in account() if not str(each).startswith("AWSServiceRole")}  # the account's own
    assert left - {"todo-dev-services-SharedServiceName"} <= retained
