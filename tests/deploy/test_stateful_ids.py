"""The logical ids of everything that holds data. Renaming one makes CloudFormation replace it: a new, empty table.

If this test fails, think about the data first; then change the list.
"""

from __future__ import annotations

from typing import Any

HOLDS_DATA = {
    "AWS::Backup::BackupVault",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::DynamoDB::Table",
    "AWS::EC2::EIP",
    "AWS::EC2::VPC",
    "AWS::ECR::Repository",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
}

GOLDEN = {
    "bootstrap": {"TodosRepository", "FilesRepository", "ReleaseBucket"},
    "network": {"Vpc"},
    "data": {"TodosTable", "FilesTable", "AttachmentsBucket", "LogBucket", "BackupVault"},
    "identity": {"UserPool", "WebClient", "UserPoolDomain"},
    "platform": {"AlertKey", "OriginSecret"},
    "routing": set(),
    "services": {"TodosSecretKey", "FilesSecretKey"},
    "purge": set(),
    "api": set(),
    "web": {"AlertKey", "SiteBucket", "WebLogBucket"},
    "operations": set(),
}


def test_ids_of_what_holds_data_never_change(deployment: Any) -> None:
    addresses = {f"NatAddress{zone}" for zone in "ABC"[: deployment.configuration.nat_gateways]}
    found = {
        stack: {resource.name for resource in deployment.resources(stack=stack) if resource.type in HOLDS_DATA}
        for stack in deployment.templates
    }
    left_out = set() if deployment.settings.retain else {"AlertKey", "BackupVault"}
    golden = {**GOLDEN, "network": GOLDEN["network"] | addresses}
    assert found == {stack: names - left_out for stack, names in golden.items()}


def test_options_do_not_touch_what_holds_data(deployments: list[Any]) -> None:
    """A later change of capacity or layout keeps tables, buckets and users as they are, byte for byte."""
    for stack in ("bootstrap", "data", "identity", "api", "web"):
        for environment in ("weekend", "dev", "prod"):
            same = [each.templates[stack] for each in deployments if each.configuration.environment == environment]
            assert all(each == same[0] for each in same), stack
