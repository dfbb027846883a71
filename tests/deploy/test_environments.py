"""Environments of one account never meet: no physical name, export, role or tag of one is another's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from deploy.configuration import Configuration
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("team", "team-2")
"""The harder to keep apart, since one starts as the other does."""
CHOICES = pytest.mark.parametrize(
    "choices",
    [{"profile": "standard"}, {"profile": "production", "capacity": "ec2"}, {"profile": "sandbox"}],
    ids=lambda choices: choices["profile"],
)

WITHIN_ITS_PARENT = {
    "AWS::ApiGatewayV2::Authorizer": {"Name"},
    "AWS::ApiGatewayV2::Stage": {"StageName"},
    "AWS::ApplicationAutoScaling::ScalingPolicy": {"MetricName", "Name", "PolicyName"},
    "AWS::Backup::BackupPlan": {"RuleName"},
    "AWS::Backup::BackupSelection": {"SelectionName"},
    "AWS::CloudFront::Distribution": {"HeaderName"},
    "AWS::CloudWatch::Alarm": {"MetricName", "Name"},
    "AWS::Cognito::UserPool": {"Name"},
    "AWS::DynamoDB::Table": {"AttributeName", "IndexName"},
    "AWS::EC2::EIP": {"Domain"},
    "AWS::EC2::LaunchTemplate": {"DeviceName"},
    "AWS::ECS::Cluster": {"Name"},
    "AWS::ECS::Service": {"ContainerName"},
    "AWS::ECS::TaskDefinition": {"Name", "OperatingSystemFamily"},
    "AWS::ElasticLoadBalancingV2::ListenerRule": {"HttpHeaderName"},
    "AWS::Events::Rule": {"eventName"},
    "AWS::IAM::Role": {"PolicyName"},
    "AWS::Logs::MetricFilter": {"MetricName"},
    "AWS::WAFv2::LoggingConfiguration": {"Name"},
    "AWS::WAFv2::WebACL": {"MetricName", "Name", "VendorName"},
}
"""Names that need to differ inside a table, role, metrics namespace and so on only, which is an environment's own."""


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every property at any depth, with its value."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(each)
    if isinstance(value, dict):
        yield from value.items()


def text(value: Any, stack_name: str) -> str:
    """A name as CloudFormation makes it; empty for what is made of a parameter or another resource alone."""
    found = json.dumps(value).replace("${AWS::StackName}", stack_name)
    if isinstance(value, dict) and value.keys() & {"Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::Select"}:
        return ""
    return found.replace('{"Ref": "AWS::StackName"}', stack_name).replace("AWS::StackId", stack_name)


def templates(name: str, choices: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and template of each stack."""
    configuration = Configuration(name, **choices)
    for stack in STACKS:
        yield configuration.stack_name(stack.name), json.loads(stack.template(configuration).to_json())


def physical_names(name: str, choices: dict[str, str]) -> set[tuple[str, str, str]]:
    """Resource type, property and value of every name that an environment's templates give."""
    return {
        (resource["Type"], key, text(value, stack))
        for stack, template in templates(name, choices)
        for resource in template["Resources"].values()
        for key, value in walk(resource.get("Properties", {}))
        if re.search(r"(Name|Family|Domain|^Namespace)$", key) and key not in WITHIN_ITS_PARENT.get(resource["Type"], ())
    }


def exports(name: str, choices: dict[str, str]) -> set[str]:
    return {
        text(output["Export"]["Name"], stack)
        for stack, template in templates(name, choices)
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


@CHOICES
def test_it_works(choices: dict[str, str]) -> None:
    first, second = (physical_names(name, choices) for name in NAMES)
    shared = {
        (kind, key, value)
        for kind, key, value in first & second
        if value and "AWS/" not in value and "${AWS::Region}" not in value
    }
    assert shared == set()


@CHOICES
def test_no_export_is_shared(choices: dict[str, str]) -> None:
    first, second = (exports(name, choices) for name in NAMES)
    assert first
    assert first.isdisjoint(second)


@CHOICES
def test_roles_are_named_by_their_stack_and_never_by_us(choices: dict[str, str]) -> None:
    given = {"RoleName", "ManagedPolicyName", "InstanceProfileName", "AlarmName"}
    keys = {key for _, template in templates(NAMES[0], choices) for key, _ in walk(template["Resources"])}
    assert keys & given == set()


@CHOICES
def test_no_template_of_one_environment_names_another(choices: dict[str, str]) -> None:
    for stack, template in templates("solo", choices):
        assert not re.findall(r"todo-(?!solo\b)[a-z0-9]+-(?:bootstrap|data|platform|services|web)", json.dumps(template)), stack
