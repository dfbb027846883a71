"""Every reference resolves: inside a template, and from stack to stack."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from deploy.stacks import DISTRIBUTION_REGION, STACKS
from deploy.stacks.web.distribution import CACHING_DISABLED
from tests.deploy.selections import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN_EVERYWHERE = (CACHING_DISABLED, f":acm:{DISTRIBUTION_REGION}:")
"""What is the same in every account: a policy that CloudFront manages, and the region it takes certificates from."""
PSEUDO = {"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from walk(item)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from walk(item)


def references(template: dict[str, Any]) -> Iterator[str]:
    """Logical ids, parameters and pseudo parameters that the template refers to."""
    for part in walk({key: template.get(key, {}) for key in ("Resources", "Outputs", "Conditions")}):
        if isinstance(part.get("Ref"), str):
            yield part["Ref"]
        if "Fn::GetAtt" in part:
            yield part["Fn::GetAtt"][0]
        if "Fn::Sub" in part:
            text, names = (part["Fn::Sub"], {}) if isinstance(part["Fn::Sub"], str) else part["Fn::Sub"]
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([A-Za-z0-9:.]+)\}", text) if name not in names)


def imports(template: dict[str, Any]) -> set[str]:
    return {part["Fn::ImportValue"] for part in walk(template) if "Fn::ImportValue" in part}


def test_every_reference_names_something_of_its_template(deployment: Any) -> None:
    for stack, template in deployment.templates.items():
        known = PSEUDO | template["Resources"].keys() | template.get("Parameters", {}).keys()
        assert set(references(template)) <= known, stack


def test_every_condition_and_dependency_exists(deployment: Any) -> None:
    for template in deployment.templates.values():
        for resource in template["Resources"].values():
            if "Condition" in resource:
                assert resource["Condition"] in template["Conditions"]
            depends_on = resource.get("DependsOn", [])
            assert set([depends_on] if isinstance(depends_on, str) else depends_on) <= template["Resources"].keys()
        for part in walk(template["Resources"]):
            if "Fn::If" in part:
                assert part["Fn::If"][0] in template["Conditions"]


def test_every_import_is_an_export_of_a_stack_deployed_before(deployment: Any) -> None:
    exported: set[str] = set()
    for stack in STACKS:
        template = deployment.templates[stack.name]
        assert imports(template) <= exported, stack.name
        prefix = deployment.configuration.stack_name(stack.name)
        exported |= {f"{prefix}-{name}" for name in template.get("Outputs", {})}


def test_no_stack_imports_from_another_region(deployment: Any) -> None:
    elsewhere = [stack for stack in STACKS if stack.region]
    assert [(stack.name, stack.region) for stack in elsewhere] == [("web", DISTRIBUTION_REGION)]
    for stack in elsewhere:
        assert not imports(deployment.templates[stack.name])
        for name, source in stack.inputs.items():
            assert name in deployment.templates[stack.name]["Parameters"]
            assert name in deployment.templates[source]["Outputs"]


@lasting
def test_what_stacks_are_given_by_others_exists(deployment: Any) -> None:
    for stack in STACKS:
        parameters = deployment.templates[stack.name].get("Parameters", {})
        assert {*stack.inputs, *stack.later} <= parameters.keys()
        for name, source in stack.later.items():
            assert name in deployment.templates[source]["Outputs"]


@lasting
def test_values_that_come_later_may_be_missing_at_first(deployment: Any) -> None:
    for stack in STACKS:
        for parameter in stack.later:
            assert "Default" in deployment.templates[stack.name]["Parameters"][parameter]


def test_no_literal_account_region_id_or_partition(deployment: Any) -> None:
    for stack, template in deployment.templates.items():
        text = json.dumps(template)
        for name in KNOWN_EVERYWHERE:
            text = text.replace(name, "")
        assert not re.search(r"(?<![0-9a-f])\d{12}(?![0-9a-f])", text), stack
        assert not re.search(r"\b(us|eu|ap|sa|ca|af|me|il)-(north|south|east|west|central|northeast|southeast)+-\d\b", text), (
            stack
        )
        assert not re.search(r"\b(ami|subnet|vpc|sg|vpce|eni|rtb|igw|nat|acl)-[0-9a-f]{8,}\b", text), stack
        assert "arn:aws:" not in text, stack
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text), stack
        assert "amazonaws.com/" not in text, stack
