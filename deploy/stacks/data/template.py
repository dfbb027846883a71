"""Stack ``data``: both tables, the attachments bucket, the log bucket, and backups. Losing it loses all that people wrote."""

from troposphere import GetAtt, If, Join, NoValue, Ref, Sub, backup, dynamodb, iam, s3

from deploy.configuration import Configuration
from deploy.shared.alarms import add_alarms
from deploy.shared.buckets import add_bucket, add_log_bucket, objects_of, retained
from deploy.shared.roles import arn, granting, trusting
from deploy.shared.stack_template import StackTemplate, skip_checkov, unique_name

PURGE_INDEX = "byPurge"


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "data", "tables, attachments, logs and backups")
    stack.optional("SiteOrigin")
    todos = _add_table(stack, "Todos", partition="userID", sort="todoID", listing=("bySchedule", "schedule", "N"))
    files = _add_table(stack, "Files", partition="todoKey", sort="fileID", listing=("byListing", "listing", "S"))
    logs = _add_log_bucket(stack)
    _add_attachments_bucket(stack, logs)
    if configuration.settings.backups:
        _add_backups(stack, todos, files)

    for noun, table in (("Todos", todos), ("Files", files)):
        stack.publish(f"{noun}TableName", f"Table of {noun.lower()}.", Ref(table))
        stack.publish(f"{noun}TableArn", f"ARN of the table of {noun.lower()}.", GetAtt(table, "Arn"))
    for noun, holds in (("Attachments", "attachments"), ("Log", "access logs of buckets and load balancer")):
        stack.publish(f"{noun}BucketName", f"Bucket of {holds}.", Ref(f"{noun}Bucket"))
        stack.publish(f"{noun}BucketArn", f"ARN of the bucket of {holds}.", GetAtt(f"{noun}Bucket", "Arn"))
    # In one region the SDK signs for the bucket's global name, in all others for the regional one.
    origin = Sub("https://${AttachmentsBucket.RegionalDomainName} https://${AttachmentsBucket.DomainName}")
    stack.publish("AttachmentsOrigin", "Where browsers post and fetch attachments: for the site's security policy.", origin)
    return stack


def _add_table(stack: StackTemplate, noun: str, *, partition: str, sort: str, listing: tuple[str, str, str]) -> dynamodb.Table:
    """Add ``<noun>Table``, retained, with its alarms, its list index and ``byPurge``.

    ``listing``: the list index's name, sort attribute and its type, ``S`` or ``N``. Both services rely on these names and on
    the number of key attributes.
    """
    index, list_attribute, list_type = listing
    settings = stack.configuration.settings
    numbers = ("purgeShard", "purgeAfter")
    unencrypted = {"CKV_AWS_119": "AWS's managed key encrypts; our own would be one more way to lose every to-do."}
    indexes = f"{index} orders a list, {PURGE_INDEX} finds what is due for deletion"
    unsaved = {"CKV_AWS_28": "A sandbox keeps nothing that could be restored."}
    table = dynamodb.Table(
        f"{noun}Table",
        stack,
        Metadata={
            "Description": f"Each user's {noun.lower()}, found by owner; {indexes}.",
            **skip_checkov(unencrypted | ({} if settings.backups else unsaved)),
        },
        **retained(stack.configuration),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            *(dynamodb.AttributeDefinition(AttributeName=name, AttributeType="S") for name in (partition, sort)),
            dynamodb.AttributeDefinition(AttributeName=list_attribute, AttributeType=list_type),
            *(dynamodb.AttributeDefinition(AttributeName=name, AttributeType="N") for name in numbers),
        ],
        KeySchema=_keys(partition, sort),
        LocalSecondaryIndexes=[
            dynamodb.LocalSecondaryIndex(
                IndexName=index,
                KeySchema=_keys(partition, list_attribute),
                Projection=dynamodb.Projection(ProjectionType="ALL"),
            )
        ],
        GlobalSecondaryIndexes=[
            dynamodb.GlobalSecondaryIndex(
                IndexName=PURGE_INDEX, KeySchema=_keys(*numbers), Projection=dynamodb.Projection(ProjectionType="KEYS_ONLY")
            )
        ],
        PointInTimeRecoverySpecification=dynamodb.PointInTimeRecoverySpecification(PointInTimeRecoveryEnabled=settings.backups),
        DeletionProtectionEnabled=settings.retain,
        SSESpecification=dynamodb.SSESpecification(SSEEnabled=True, SSEType="KMS"),
        ContributorInsightsSpecification=dynamodb.ContributorInsightsSpecification(
            Enabled=settings.contributor_insights, Mode="THROTTLED_KEYS"
        ),
    )
    of_table = {"TableName": Ref(table)}
    of_index = {**of_table, "GlobalSecondaryIndexName": PURGE_INDEX}
    for group, dimensions in (("table", of_table), ("purge_index", of_index), ("operations", of_table)):
        add_alarms(stack, group, dimensions, Items=noun, items=noun.lower())
    return table


def _keys(partition: str, sort: str) -> list[dynamodb.KeySchema]:
    return [dynamodb.KeySchema(AttributeName=partition, KeyType="HASH"), dynamodb.KeySchema(AttributeName=sort, KeyType="RANGE")]


def _add_log_bucket(stack: StackTemplate) -> s3.Bucket:
    """Load balancers write into the folder of this account; ELB documents no condition that its requests would meet.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    own_folder = objects_of("LogBucket", Join("", ["load-balancer/AWSLogs/", Ref("AWS::AccountId"), "/*"]))
    writes = granting("LoadBalancerAccessLogs", "logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject", own_folder)
    return add_log_bucket(stack, "LogBucket", "Access logs of the attachments bucket and the load balancer.", writes)


def _add_attachments_bucket(stack: StackTemplate, logs: s3.Bucket) -> None:
    browser = s3.CorsRules(
        AllowedOrigins=Ref("SiteOrigin"),
        AllowedMethods=["GET", "HEAD", "POST"],
        AllowedHeaders=["*"],
        ExposedHeaders=["ETag"],
        MaxAge=3600,
    )
    add_bucket(
        stack,
        "AttachmentsBucket",
        "The users' files, under the names that the service files gives them.",
        noncurrent_days=stack.configuration.settings.noncurrent_version_days,
        # For half the price, where reads cost: most are read soon or never.
        infrequent_after_days=30,
        CorsConfiguration=If("HasSiteOrigin", s3.CorsConfiguration(CorsRules=[browser]), NoValue),
        LoggingConfiguration=s3.LoggingConfiguration(DestinationBucketName=Ref(logs), LogFilePrefix="buckets/attachments/"),
    )


def _add_backups(stack: StackTemplate, todos: dynamodb.Table, files: dynamodb.Table) -> None:
    """Monthly copies: they reach further back than point-in-time recovery, and survive the tables, which its window does not."""
    vault = backup.BackupVault(
        "BackupVault",
        stack,
        Metadata={
            "Description": "Keeps the monthly copies of both tables.",
            **skip_checkov({"CKV_AWS_166": "AWS's managed key encrypts; our own would be one more way to lose every copy."}),
        },
        **retained(stack.configuration),
        BackupVaultName=unique_name(),
    )
    plan = backup.BackupPlan(
        "BackupPlan",
        stack,
        Metadata={"Description": "A copy each month, for longer than point-in-time recovery reaches back."},
        BackupPlan=backup.BackupPlanResourceType(
            BackupPlanName=Sub("${AWS::StackName}"),
            BackupPlanRule=[
                backup.BackupRuleResourceType(
                    RuleName="monthly",
                    TargetBackupVault=Ref(vault),
                    ScheduleExpression="cron(0 3 1 * ? *)",
                    StartWindowMinutes=60,
                    CompletionWindowMinutes=360,
                    Lifecycle=backup.LifecycleResourceType(DeleteAfterDays=stack.configuration.settings.backup_retention_days),
                )
            ],
        ),
    )
    role = iam.Role(
        "BackupRole",
        stack,
        Description="Lets AWS Backup copy both tables.",
        AssumeRolePolicyDocument=trusting("backup.amazonaws.com"),
        ManagedPolicyArns=[arn("iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup")],
    )
    backup.BackupSelection(
        "BackupSelection",
        stack,
        Metadata={"Description": "The tables that the plan copies."},
        BackupPlanId=Ref(plan),
        BackupSelection=backup.BackupSelectionResourceType(
            SelectionName="tables",
            IamRoleArn=GetAtt(role, "Arn"),
            Resources=[GetAtt(todos, "Arn"), GetAtt(files, "Arn")],
        ),
    )
