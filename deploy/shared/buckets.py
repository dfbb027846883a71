"""Buckets that are closed, encrypted, versioned, spoken to over TLS only, and tidy up after themselves."""

from collections.abc import Sequence
from typing import Any

from troposphere import GetAtt, Join, Ref, s3

from deploy.configuration import Configuration
from deploy.shared.roles import Statement, document, granting
from deploy.shared.stack_template import StackTemplate, skip_checkov


def retained(configuration: Configuration) -> dict[str, str]:
    """Attributes of what outlives its stack; in a sandbox of what goes with it."""
    return dict.fromkeys(("DeletionPolicy", "UpdateReplacePolicy"), "Retain" if configuration.settings.retain else "Delete")


def add_bucket(
    template: StackTemplate,
    logical_id: str,
    description: str,
    *,
    noncurrent_days: int,
    expire_after_days: int | None = None,
    infrequent_after_days: int | None = None,
    statements: Sequence[Statement] = (),
    unlogged: str = "",
    **properties: Any,
) -> s3.Bucket:
    """Add a bucket, retained unless in a sandbox, and its policy ``<logical_id>Policy``.

    ``expire_after_days`` deletes current objects too (logs); ``infrequent_after_days`` moves those above 128 KB to infrequent
    access; ``statements`` are added to the refusal of plain HTTP; ``unlogged``: why nothing logs its accesses.
    Encryption is S3's own key: load balancers and log delivery cannot write with another, and the boundary is the
    policy, not the key.
    """
    ageing: dict[str, Any] = {"ExpirationInDays": expire_after_days} if expire_after_days else {}
    if infrequent_after_days:
        move = s3.LifecycleRuleTransition(StorageClass="STANDARD_IA", TransitionInDays=infrequent_after_days)
        ageing = {"Transitions": [move]}
    markers = s3.LifecycleRule(Id="markers", Status="Enabled", ExpiredObjectDeleteMarker=True)
    bucket = s3.Bucket(
        logical_id,
        template,
        Metadata={"Description": description, **(skip_checkov({"CKV_AWS_18": unlogged}) if unlogged else {})},
        **retained(template.configuration),
        BucketEncryption=s3.BucketEncryption(
            ServerSideEncryptionConfiguration=[
                s3.ServerSideEncryptionRule(
                    BucketKeyEnabled=True,
                    ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(SSEAlgorithm="AES256"),
                )
            ]
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(
            Rules=[
                s3.LifecycleRule(
                    Id="tidy",
                    Status="Enabled",
                    AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=1),
                    NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=noncurrent_days),
                    **ageing,
                ),
                *([] if expire_after_days else [markers]),
            ]
        ),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        **properties,
    )
    tls_only = {
        "Sid": "RefusePlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [GetAtt(bucket, "Arn"), objects_of(bucket)],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.BucketPolicy(
        f"{logical_id}Policy",
        template,
        Metadata={"Description": f"Refuses requests without TLS{'; lets AWS services in that need it' if statements else ''}."},
        Bucket=Ref(bucket),
        PolicyDocument=document(tls_only, *statements),
    )
    return bucket


def add_log_bucket(template: StackTemplate, logical_id: str, description: str, *statements: Statement) -> s3.Bucket:
    """Add a bucket for access logs: of buckets below buckets/, and of what else ``statements`` let write."""
    buckets, account = objects_of(logical_id, "buckets/*"), {"aws:SourceAccount": Ref("AWS::AccountId")}
    logging = granting("BucketAccessLogs", "logging.s3.amazonaws.com", "s3:PutObject", buckets, **account)
    return add_bucket(
        template,
        logical_id,
        description,
        noncurrent_days=1,
        expire_after_days=template.configuration.settings.object_log_retention_days,
        statements=(logging, *statements),
        unlogged="A log bucket that logs its own accesses to itself never comes to rest.",
    )


def objects_of(bucket: s3.Bucket | str, prefix: str | Join = "*") -> Join:
    """The ARN of the bucket's objects below ``prefix``."""
    return Join("/", [GetAtt(bucket, "Arn"), prefix])
