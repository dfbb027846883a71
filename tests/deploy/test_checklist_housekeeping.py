"""Item 24 of the review checklist, and the conventions that hold for every template."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from deploy.build_stack import SIZE_LIMIT, render
from deploy.shared.stack_template import PARAMETERS
from deploy.stacks import STACKS

PHYSICAL = {
    # referred to from stacks before it, which cannot import
    "AWS::SNS::Topic": "TopicName",
    # read by a dynamic reference from another region
    "AWS::SecretsManager::Secret": "Name",
    # WAF writes to groups of one prefix only
    "AWS::Logs::LogGroup": "LogGroupName",
}


def used(template: dict[str, Any]) -> set[str]:
    """Everything that something in the template refers to by name."""
    text = json.dumps({key: value for key, value in template.items() if key not in {"Parameters", "Description"}})
    names = set(re.findall(r'"Ref": "([^"]+)"', text))
    names |= {part.split(".")[0] for part in re.findall(r"\$\{([A-Za-z0-9.]+)\}", text)}
    names |= set(re.findall(r'"Fn::If": \["([^"]+)"', text))
    names |= set(re.findall(r'"Condition": "([^"]+)"', text))
    return names


def test_log_groups_are_kept_for_a_stated_time(deployment: Any) -> None:
    """24"""
    groups = deployment.resources("AWS::Logs::LogGroup")
    assert groups
    for group in groups:
        assert group["RetentionInDays"] == deployment.settings.log_retention_days


def test_no_parameter_condition_or_mapping_is_unused(deployment: Any) -> None:
    """24"""
    for stack, template in deployment.templates.items():
        assert not template.get("Mappings"), stack
        declared = template.get("Parameters", {}).keys() | template.get("Conditions", {}).keys()
        assert declared <= used(template), stack


def test_no_parameter_of_the_table_is_unused(deployments: list[Any]) -> None:
    """Image and RestoredTable describe one for each service and table; the collector comes with --tracing."""
    templates = [template for deployment in deployments for template in deployment.templates.values()]
    taken = {name for template in templates for name in template.get("Parameters", {})}
    assert PARAMETERS.keys() - taken == {"CollectorImage", "Image", "RestoredTable"}


def test_parameters_are_described_and_bounded(deployment: Any) -> None:
    for stack, template in deployment.templates.items():
        for name, parameter in template.get("Parameters", {}).items():
            bounds = {"AllowedPattern", "AllowedValues", "MinValue"} & parameter.keys()
            assert parameter["Description"], (stack, name)
            assert bounds or parameter["Type"].startswith("AWS::"), (stack, name)
            if parameter.get("Default") == "" and name not in {"DomainName", "OidcProviderArn", "FurtherHosts"}:
                assert f"Has{name}" in template["Conditions"], (stack, name)


def test_a_default_fits_its_own_pattern(deployment: Any) -> None:
    for template in deployment.templates.values():
        for parameter in template.get("Parameters", {}).values():
            if "Default" in parameter and "AllowedPattern" in parameter:
                assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])


def test_outputs_are_described_and_exported_by_stack(deployment: Any) -> None:
    for template in deployment.templates.values():
        for name, output in template.get("Outputs", {}).items():
            assert output["Description"]
            assert output["Export"]["Name"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}


def test_every_resource_says_what_it_is_for(deployment: Any) -> None:
    for resource in deployment.resources():
        own = [resource.get(name) for name in ("Description", "AlarmDescription", "GroupDescription")]
        assert any([*own, resource.body.get("Metadata", {}).get("Description")]), (resource.stack, resource.name)


def test_every_parameter_stands_in_one_group(deployment: Any) -> None:
    for template in deployment.templates.values():
        groups = template.get("Metadata", {}).get("AWS::CloudFormation::Interface", {}).get("ParameterGroups", [])
        assert sorted(name for group in groups for name in group["Parameters"]) == sorted(template.get("Parameters", {}))


def test_logical_ids_are_pascal_case(deployment: Any) -> None:
    for resource in deployment.resources():
        assert re.fullmatch(r"([A-Z][a-z0-9]*)+[A-Z]?", resource.name), resource.name


def test_physical_names_only_where_a_reference_needs_one(deployment: Any) -> None:
    """Types that CloudFormation itself requires a name of are not meant."""
    named = {
        (resource.stack, resource.name)
        for resource in deployment.resources()
        if resource.type in PHYSICAL and PHYSICAL[resource.type] in resource.properties
    }
    assert named | {("web", "WebAclLogGroup")} == {
        ("platform", "AlertTopic"),
        ("web", "AlertTopic"),
        ("platform", "OriginSecret"),
        ("services", "TodosSecretKey"),
        ("services", "FilesSecretKey"),
        ("web", "WebAclLogGroup"),
    }
    for kind, name in {
        "AWS::DynamoDB::Table": "TableName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::IAM::Role": "RoleName",
        "AWS::ECS::Cluster": "ClusterName",
        "AWS::ECS::Service": "ServiceName",
        "AWS::ECR::Repository": "RepositoryName",
        "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
        "AWS::Cognito::UserPool": "UserPoolName",
    }.items():
        assert not [resource for resource in deployment.resources(kind) if name in resource.properties]


yaml_of = cache(render)  # a template's hash is that of its content, and most combinations share most templates


def test_every_template_deploys_without_a_bucket(deployment: Any) -> None:
    for stack in STACKS:
        template = stack.template(deployment.configuration)
        assert len(render(template, "json").encode()) < SIZE_LIMIT == 51_200
        assert len(yaml_of(template).encode()) < SIZE_LIMIT


def test_no_template_outgrows_the_other_limits(deployment: Any) -> None:
    """CloudFormation quotas: 500 resources, 200 parameters, 200 outputs; descriptions of 1,024 bytes."""
    for template in deployment.templates.values():
        assert len(template["Resources"]) < 500
        assert len(template.get("Outputs", {})) < 200
        assert len(template["Description"]) < 1024


def test_each_accepted_finding_has_a_reason(deployment: Any) -> None:
    for resource in deployment.resources():
        for skip in resource.body.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert re.fullmatch(r"CKV2?_AWS_\d+", skip["id"])
            assert len(skip["comment"]) > 30
