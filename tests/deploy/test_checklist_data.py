"""Items 20, 21 and 25 of the review checklist: tables, buckets, the user pool."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.deploy.selections import lasting

TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}


@lasting
def test_tables_survive(deployment: Any) -> None:
    """20"""
    tables = deployment.resources("AWS::DynamoDB::Table")
    assert {table.name for table in tables} == {"TodosTable", "FilesTable"}
    for table in tables:
        assert table.body["DeletionPolicy"] == table.body["UpdateReplacePolicy"] == "Retain"
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["DeletionProtectionEnabled"] is True
        assert table["SSESpecification"]["SSEEnabled"] is True
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_tables_define_key_attributes_only(deployment: Any) -> None:
    """20"""
    for table in deployment.resources("AWS::DynamoDB::Table"):
        schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["LocalSecondaryIndexes"])]
        schemas += [index["KeySchema"] for index in table["GlobalSecondaryIndexes"]]
        keys = {key["AttributeName"] for schema in schemas for key in schema}
        assert {attribute["AttributeName"] for attribute in table["AttributeDefinitions"]} == keys


def test_keys_are_what_the_repositories_use(deployment: Any) -> None:
    """The data model: owner first, one list index, one index of what must be deleted."""
    found = {
        table.name: {
            "": [key["AttributeName"] for key in table["KeySchema"]],
            **{
                index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
                for index in table["LocalSecondaryIndexes"] + table["GlobalSecondaryIndexes"]
            },
        }
        for table in deployment.resources("AWS::DynamoDB::Table")
    }
    purge = ["purgeShard", "purgeAfter"]
    assert found == {
        "TodosTable": {"": ["userID", "todoID"], "bySchedule": ["userID", "schedule"], "byPurge": purge},
        "FilesTable": {"": ["todoKey", "fileID"], "byListing": ["todoKey", "listing"], "byPurge": purge},
    }


@lasting
def test_tables_are_copied_for_longer_than_they_can_be_recovered_to_any_second(deployment: Any) -> None:
    (plan,) = deployment.resources("AWS::Backup::BackupPlan")
    (rule,) = plan["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"]["DeleteAfterDays"] > 35
    (selection,) = deployment.resources("AWS::Backup::BackupSelection")
    copied = {deployment.target(arn) for arn in selection["BackupSelection"]["Resources"]}
    assert copied == {"TodosTable", "FilesTable"}


def test_buckets_are_closed(deployment: Any) -> None:
    """21"""
    buckets = deployment.resources("AWS::S3::Bucket")
    assert {bucket.name for bucket in buckets} == {
        "AttachmentsBucket",
        "LogBucket",
        "ReleaseBucket",
        "SiteBucket",
        "WebLogBucket",
    }
    for bucket in buckets:
        assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        )
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        kept = "Retain" if deployment.settings.retain else "Delete"
        assert bucket.body["DeletionPolicy"] == bucket.body["UpdateReplacePolicy"] == kept


def test_buckets_refuse_plain_http_for_bucket_and_objects(deployment: Any) -> None:
    """21"""
    policies = {deployment.target(policy["Bucket"]): policy for policy in deployment.resources("AWS::S3::BucketPolicy")}
    for bucket in deployment.resources("AWS::S3::Bucket"):
        (refusal,) = [each for each in policies[bucket.name]["PolicyDocument"]["Statement"] if each.get("Condition") == TLS_ONLY]
        arn = {"Fn::GetAtt": [bucket.name, "Arn"]}
        assert (refusal["Effect"], refusal["Principal"], refusal["Action"]) == ("Deny", "*", "s3:*")
        assert refusal["Resource"] == [arn, {"Fn::Join": ["/", [arn, "*"]]}]


def test_buckets_keep_versions_and_tidy_up(deployment: Any) -> None:
    """21"""
    for bucket in deployment.resources("AWS::S3::Bucket"):
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert all(rule["Status"] == "Enabled" for rule in rules)
        assert any(rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays") for rule in rules)
        assert any(rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation") == 1 for rule in rules)


def test_no_bucket_logs_to_itself(deployment: Any) -> None:
    """21"""
    for bucket in deployment.resources("AWS::S3::Bucket"):
        if bucket.name.endswith(("LogBucket", "ReleaseBucket")):
            assert "LoggingConfiguration" not in bucket.properties
        else:
            target = deployment.target(bucket["LoggingConfiguration"]["DestinationBucketName"])
            assert target != bucket.name
            assert deployment.resource(target).stack == bucket.stack, "a bucket's log must lie in the bucket's own region"


def test_load_balancers_write_logs_as_elb_documents_it(deployment: Any) -> None:
    """No condition, and the folder of the account (ELB user guide, access logs, step 2: attach a policy to your bucket)."""
    statements = deployment.resource("LogBucketPolicy")["PolicyDocument"]["Statement"]
    (found,) = [each for each in statements if each["Sid"] == "LoadBalancerAccessLogs"]
    folder = {"Fn::Join": ["", ["load-balancer/AWSLogs/", {"Ref": "AWS::AccountId"}, "/*"]]}
    assert found == {
        "Sid": "LoadBalancerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": {"Fn::Join": ["/", [{"Fn::GetAtt": ["LogBucket", "Arn"]}, folder]]},
    }


def test_what_is_expired_by_age_is_logs_only(deployment: Any) -> None:
    for bucket in deployment.resources("AWS::S3::Bucket"):
        expires = any("ExpirationInDays" in rule for rule in bucket["LifecycleConfiguration"]["Rules"])
        assert expires is bucket.name.endswith("LogBucket")


def test_attachments_answer_only_the_sites_pages(deployment: Any) -> None:
    """21"""
    condition, cors, otherwise = deployment.resource("AttachmentsBucket")["CorsConfiguration"]["Fn::If"]
    assert (condition, otherwise) == ("HasSiteOrigin", {"Ref": "AWS::NoValue"})
    (rule,) = cors["CorsRules"]
    assert rule["AllowedOrigins"] == {"Ref": "SiteOrigin"}
    assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    ("origin", "is_taken"),
    [
        ("https://todo.example.com", True),
        ("http://127.0.0.1:8000", True),
        ("", True),
        ("*", False),
        ("http://todo.example.com", False),
        ("https://todo.example.com/", False),
        ("https://*.example.com", False),
    ],
)
def test_an_origin_is_exact(deployment: Any, origin: str, is_taken: bool) -> None:
    """21"""
    pattern = deployment.templates["data"]["Parameters"]["SiteOrigin"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, origin)) is is_taken


@lasting
def test_users_survive(deployment: Any) -> None:
    """25"""
    pool = deployment.resource("UserPool")
    assert pool["DeletionProtection"] == "ACTIVE"
    for resource in deployment.resources(stack="identity"):
        assert resource.body["DeletionPolicy"] == resource.body["UpdateReplacePolicy"] == "Retain"


def test_the_pool_names_its_plan(deployment: Any) -> None:
    """One that names none gets a dearer one."""
    assert deployment.resource("UserPool")["UserPoolTier"] == "LITE"


def test_mails_go_through_ses_when_an_identity_is_given(deployment: Any) -> None:
    condition, sending, otherwise = deployment.resource("UserPool")["EmailConfiguration"]["Fn::If"]
    assert (condition, otherwise) == ("HasMailIdentityArn", {"Ref": "AWS::NoValue"})
    assert sending["SourceArn"] == {"Ref": "MailIdentityArn"}
    pattern = deployment.templates["identity"]["Parameters"]["MailSender"]["AllowedPattern"]
    for sender in ("", "no-reply@example.com", "To-do <no-reply@example.com>"):
        assert re.fullmatch(pattern, sender)
    for sender in ("example.com", "To-do no-reply@example.com", "<a@b"):
        assert not re.fullmatch(pattern, sender)


def test_passwords_and_second_factor(deployment: Any) -> None:
    """25"""
    pool = deployment.resource("UserPool")
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_the_web_client_keeps_no_secret_and_never_sends_a_password(deployment: Any) -> None:
    """25"""
    client = deployment.resource("WebClient")
    assert client["GenerateSecret"] is False
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True


def test_tokens_live_for_a_stated_time(deployment: Any) -> None:
    """25"""
    client = deployment.resource("WebClient")
    assert client["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}
    assert client["AccessTokenValidity"] <= 60
    assert client["IdTokenValidity"] <= 60
    assert client["RefreshTokenValidity"] <= 30
