"""A sandbox promises that a weekend later nothing of it is left, and that nothing is paid for that a weekend does not need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.selections import combinations, name

sandbox = pytest.mark.parametrize(
    "deployment", [each for each in combinations() if each.profile == "sandbox"], indirect=True, ids=name
)


@sandbox
def test_nothing_is_retained_or_protected(deployment: Any) -> None:
    for resource in deployment.resources():
        assert {resource.body.get(policy, "Delete") for policy in ("DeletionPolicy", "UpdateReplacePolicy")} == {"Delete"}
    assert not any(table["DeletionProtectionEnabled"] for table in deployment.resources("AWS::DynamoDB::Table"))
    assert [pool["DeletionProtection"] for pool in deployment.resources("AWS::Cognito::UserPool")] == ["INACTIVE"]
    (protection,) = [
        output["Value"] for key, output in deployment.templates["platform"]["Outputs"].items() if key == "LoadBalancerProtection"
    ]
    assert protection == "false"


@sandbox
def test_what_deletes_late_or_leaves_copies_is_not_there(deployment: Any) -> None:
    """AWS KMS deletes a key after seven days at least; DynamoDB keeps a copy of a table with point-in-time recovery for 35."""
    kinds = {resource.type for resource in deployment.resources()}
    assert not {kind for kind in kinds if kind.startswith(("AWS::KMS::", "AWS::Backup::"))}
    for table in deployment.resources("AWS::DynamoDB::Table"):
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


@sandbox
def test_repositories_go_with_their_images(deployment: Any) -> None:
    assert [each["EmptyOnDelete"] for each in deployment.resources("AWS::ECR::Repository")] == [True, True]


@sandbox
def test_it_has_no_roles_for_a_pipeline_and_asks_for_no_repository(deployment: Any) -> None:
    assert not [each for each in deployment.resources(stack="bootstrap") if each.type.startswith("AWS::IAM::")]
    assert not deployment.templates["bootstrap"].get("Parameters")


@sandbox
def test_nothing_is_paid_for_that_a_weekend_does_not_need(deployment: Any) -> None:
    kinds = [resource.type for resource in deployment.resources()]
    assert "AWS::WAFv2::WebACL" not in kinds
    assert kinds.count("AWS::EC2::NatGateway") == int(deployment.uses_ec2)
    minimum = {target["MinCapacity"] for target in deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")}
    assert minimum == {1}


@sandbox
def test_every_alarm_is_there_but_those_of_what_is_not(deployment: Any) -> None:
    names = {alarm.name for alarm in deployment.resources("AWS::CloudWatch::Alarm")}
    assert {"TodosTarget5xxAlarm", "FilesUnhealthyAlarm", "Api5xxAlarm", "PurgeOverdueAlarm", "Distribution5xxAlarm"} <= names
