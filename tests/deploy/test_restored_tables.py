"""A restored table serves in place of the one in stack data: variables and permissions follow a parameter of services."""

import json
import re
from typing import Any

import pytest

NOUNS = ("Todos", "Files")


def branches(value: Any) -> list[list[Any]]:
    """Every Fn::If below ``value``."""
    if isinstance(value, list):
        return [found for item in value for found in branches(item)]
    if not isinstance(value, dict):
        return []
    own = [value["Fn::If"]] if "Fn::If" in value else []
    return own + [found for item in value.values() for found in branches(item)]


def test_it_works(deployment: Any) -> None:
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        for container in task["ContainerDefinitions"]:
            values = {each["Name"]: each["Value"] for each in container["Environment"]}
            for noun in NOUNS:
                if (name := f"{noun.upper()}_TABLE") in values:
                    condition, restored, _ = values[name]["Fn::If"]
                    assert (condition, restored) == (f"HasRestored{noun}Table", {"Ref": f"Restored{noun}Table"})
                    assert deployment.target(values[name]) == f"{noun}Table"


def test_whatever_names_a_table_names_the_restored_one_too(deployment: Any) -> None:
    """No import of a table stands outside such a choice: a role that kept the old table would be refused the new one."""
    template = deployment.templates["services"]["Resources"]
    chosen = sum("Table" in json.dumps(otherwise) for _, _, otherwise in branches(template))
    imported = len(re.findall(r'"Fn::ImportValue": "[\w-]+-data-(?:Todos|Files)Table', json.dumps(template)))
    assert chosen == imported > 0


@pytest.mark.parametrize("noun", NOUNS)
def test_the_name_must_be_one_that_the_boundary_of_roles_covers(deployment: Any, noun: str) -> None:
    pattern = deployment.templates["services"]["Parameters"][f"Restored{noun}Table"]["AllowedPattern"]
    own = f"todo-{deployment.configuration.environment}-"
    assert re.fullmatch(pattern, "")
    assert re.fullmatch(pattern, f"{own}data-{noun}Table-restored")
    assert not re.fullmatch(pattern, "restored")
