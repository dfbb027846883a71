"""DynamoDB tables as docs of the data model name them: owner first, one list index, one index of what expires.

Attribute names, index names and the number of key attributes are what the repositories of both services rely on.
"""

from typing import Final

from troposphere import Ref, dynamodb

from deploy.shared.alarms import add_alarms
from deploy.shared.buckets import retained
from deploy.shared.stack_template import StackTemplate, skip_checkov

PURGE_INDEX: Final = "byPurge"


def add_table(template: StackTemplate, noun: str, *, partition: str, sort: str, listing: tuple[str, str, str]) -> dynamodb.Table:
    """Add ``<noun>Table``, retained, with its alarms, its list index and ``byPurge``.

    ``listing``: the list index's name, sort attribute and its type, ``S`` or ``N``.
    """
    index, list_attribute, list_type = listing
    settings = template.configuration.settings
    numbers = ("purgeShard", "purgeAfter")
    unencrypted = {"CKV_AWS_119": "AWS's managed key encrypts; our own would be one more way to lose every to-do."}
    indexes = f"{index} orders a list, {PURGE_INDEX} finds what is due for deletion"
    unsaved = {"CKV_AWS_28": "A sandbox keeps nothing that could be restored."}
    table = dynamodb.Table(
        f"{noun}Table",
        template,
        Metadata={
            "Description": f"Each user's {noun.lower()}, found by owner; {indexes}.",
            **skip_checkov(unencrypted | ({} if settings.backups else unsaved)),
        },
        **retained(template.configuration),
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
        add_alarms(template, group, dimensions, Items=noun, items=noun.lower())
    return table


def _keys(partition: str, sort: str) -> list[dynamodb.KeySchema]:
    return [dynamodb.KeySchema(AttributeName=partition, KeyType="HASH"), dynamodb.KeySchema(AttributeName=sort, KeyType="RANGE")]
