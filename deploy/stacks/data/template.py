"""Stack ``data``: both tables, the attachments bucket, the log bucket, and backups.

Losing it loses everything people wrote.
"""

from troposphere import GetAtt, If, Join, NoValue, Ref, Sub, backup, dynamodb, iam, s3

from deploy.configuration import Configuration
from deploy.shared.buckets import add_bucket, add_log_bucket, objects_of, retained
from deploy.shared.roles import arn, granting, trusting
from deploy.shared.stack_template import StackTemplate, skip_checkov, unique_name
from deploy.stacks.data.tables import add_table


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "data", "tables, attachments, logs and backups")
    stack.optional("SiteOrigin")
    todos = add_table(stack, "Todos", partition="userID", sort="todoID", listing=("bySchedule", "schedule", "N"))
    files = add_table(stack, "Files", partition="todoKey", sort="fileID", listing=("byListing", "listing", "S"))
    logs = _add_log_bucket(stack)
    attachments = _add_attachments_bucket(stack, logs)
    if configuration.settings.backups:
        _add_backups(stack, todos, files)

    for noun, table in (("Todos", todos), ("Files", files)):
        stack.publish(f"{noun}TableName", f"Table of {noun.lower()}.", Ref(table))
        stack.publish(f"{noun}TableArn", f"ARN of the table of {noun.lower()}.", GetAtt(table, "Arn"))
    for noun, bucket, holds in (
        ("Attachments", attachments, "attachments"),
        ("Log", logs, "access logs of buckets and load balancer"),
    ):
        stack.publish(f"{noun}BucketName", f"Bucket of {holds}.", Ref(bucket))
        stack.publish(f"{noun}BucketArn", f"ARN of the bucket of {holds}.", GetAtt(bucket, "Arn"))
    # In one region the SDK signs for the bucket's global name, in all others for the regional one.
    origin = Sub("https://${AttachmentsBucket.RegionalDomainName} https://${AttachmentsBucket.DomainName}")
    stack.publish("AttachmentsOrigin", "Where browsers post and fetch attachments: for the site's security policy.", origin)
    return stack


def _add_log_bucket(stack: StackTemplate) -> s3.Bucket:
    """Load balancers write into the folder of this account; ELB documents no condition that its requests would meet.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    own_folder = objects_of("LogBucket", Join("", ["load-balancer/AWSLogs/", Ref("AWS::AccountId"), "/*"]))
    writes = granting("LoadBalancerAccessLogs", "logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject", own_folder)
    return add_log_bucket(stack, "LogBucket", "Access logs of the attachments bucket and the load balancer.", writes)


def _add_attachments_bucket(stack: StackTemplate, logs: s3.Bucket) -> s3.Bucket:
    browser = s3.CorsRules(
        AllowedOrigins=Ref("SiteOrigin"),
        AllowedMethods=["GET", "HEAD", "POST"],
        AllowedHeaders=["*"],
        ExposedHeaders=["ETag"],
        MaxAge=3600,
    )
    return add_bucket(
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
