"""DynamoDB tables as docs of the data model name them: owner first, one list index, one index of what must vanish.

Attribute names, index names and the number of key attributes are what the repositories of both services rely on.
"""

from typing import Any, Final

from troposphere import Ref, dynamodb

from deploy.shared.alarms import Series, add_alarm, summed
from deploy.shared.buckets import RETAINED
from deploy.shared.stack_template import StackTemplate, skip_checkov

PURGE_INDEX: Final = "byPurge"

SUSPICIOUS_THROTTLES: Final = 5
"""Throttled calls a minute: the SDK retries a single one unseen, five are a key too hot or a limit reached."""


def add_table(template: StackTemplate, noun: str, *, partition: str, sort: str, listing: tuple[str, str, str]) -> dynamodb.Table:
    """Add ``<noun>Table``, retained, with its alarms, its list index and ``byPurge``.

    ``listing``: the list index's name, sort attribute and its type, ``S`` or ``N``.
    """
    index, list_attribute, list_type = listing
    numbers = ("purgeShard", "purgeAfter")
    table = template.add_resource(
        dynamodb.Table(
            f"{noun}Table",
            **RETAINED,
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
            PointInTimeRecoverySpecification=dynamodb.PointInTimeRecoverySpecification(PointInTimeRecoveryEnabled=True),
            DeletionProtectionEnabled=True,
            SSESpecification=dynamodb.SSESpecification(SSEEnabled=True, SSEType="KMS"),
            ContributorInsightsSpecification=dynamodb.ContributorInsightsSpecification(
                Enabled=template.configuration.settings.contributor_insights
            ),
            Metadata=skip_checkov(
                {"CKV_AWS_119": "AWS's managed key encrypts; our own would be one more way to lose every to-do."}
            ),
        ),
        f"Each user's {noun.lower()}, found by owner; {index} orders a list, {PURGE_INDEX} finds what is due for deletion.",
    )
    _add_alarms(template, noun, table)
    return table


def _keys(partition: str, sort: str) -> list[dynamodb.KeySchema]:
    return [dynamodb.KeySchema(AttributeName=partition, KeyType="HASH"), dynamodb.KeySchema(AttributeName=sort, KeyType="RANGE")]


def _add_alarms(template: StackTemplate, noun: str, table: dynamodb.Table) -> None:
    of_table = {"TableName": Ref(table)}
    of_index = {**of_table, "GlobalSecondaryIndexName": PURGE_INDEX}
    for scope, dimensions in (("", of_table), ("PurgeIndex", of_index)):
        where = f"the index {PURGE_INDEX} of the table" if scope else "the table"
        alarm = add_alarm(
            template,
            f"{noun}Table{scope}ThrottledAlarm",
            means=f"DynamoDB refuses reads or writes of {where} of {noun.lower()} because they come too fast.",
            first="open the table's metrics and see whether one key or all traffic grew.",
            section="table-throttled",
            watch=summed(
                _table_series("ReadThrottleEvents", dimensions),
                _table_series("WriteThrottleEvents", dimensions),
            ),
            threshold=SUSPICIOUS_THROTTLES,
        )
        template.publish(f"{alarm.title}Name", f"Alarm on throttled calls of {where} of {noun.lower()}.", Ref(alarm))
    # SystemErrors is published for each operation only, never for the table alone.
    operations = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "TransactWriteItems")
    add_alarm(
        template,
        f"{noun}TableSystemErrorsAlarm",
        means=f"DynamoDB itself fails requests to the table of {noun.lower()}.",
        first="look at the AWS Health dashboard of the region; the services answer 503 and clients retry.",
        section="table-system-errors",
        watch=summed(*(_table_series("SystemErrors", {**of_table, "Operation": operation}) for operation in operations)),
        threshold=SUSPICIOUS_THROTTLES,
    )


def _table_series(metric: str, dimensions: dict[str, Any]) -> Series:
    return Series("AWS/DynamoDB", metric, "Sum", dimensions)
