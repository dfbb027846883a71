"""The topic that alarms and events tell, its key and who may publish to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import GetAtt, Ref
from troposphere.kms import Key
from troposphere.sns import SubscriptionResource, Topic, TopicPolicy

from deploy.alarms import Series, add_alarm

if TYPE_CHECKING:
    from deploy.stack_template import StackTemplate

PUBLISHERS = ("cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com")


def add_alert_topic(stack: StackTemplate) -> Topic:
    """Add the stack's topic with an optional subscriber by mail, and the alarm on its own delivery.

    The key is ours because CloudWatch cannot publish to a topic that AWS's own SNS key encrypts.
    """
    stack.optional(
        "AlertEmail",
        "Mail address that is told of alarms; empty for none. AWS sends it a link to confirm.",
        AllowedPattern=r"([^@\s]+@[^@\s]+\.[^@\s]+)?",
        ConstraintDescription="one mail address, or empty",
    )
    key = stack.add_resource(
        Key(
            "AlertKey",
            Description="Encrypts alerts on their way.",
            EnableKeyRotation=True,
            PendingWindowInDays=7,
            KeyPolicy={"Version": "2012-10-17", "Statement": [_account_administers(), _services_encrypt()]},
        )
    )
    topic = stack.add_resource(
        Topic(
            "AlertTopic",
            TopicName=stack.configuration.stack_name(stack.alert_topic),
            KmsMasterKeyId=GetAtt(key, "Arn"),
        )
    )
    stack.add_resource(
        SubscriptionResource(
            "AlertSubscription",
            Condition="HasAlertEmail",
            TopicArn=Ref(topic),
            Protocol="email",
            Endpoint=Ref("AlertEmail"),
        )
    )
    publish = {
        "Sid": "ServicesOfThisAccountPublish",
        "Effect": "Allow",
        "Principal": {"Service": list(PUBLISHERS)},
        "Action": "sns:Publish",
        "Resource": Ref(topic),
        "Condition": _own_account(),
    }
    stack.add_resource(
        TopicPolicy("AlertTopicPolicy", Topics=[Ref(topic)], PolicyDocument={"Version": "2012-10-17", "Statement": [publish]})
    )
    add_alarm(
        stack,
        "AlertDeliveryAlarm",
        means="Alerts themselves do not arrive: SNS fails to deliver messages of the alert topic.",
        first="check the topic's subscriptions: is each confirmed, does each address still exist?",
        section="alert-delivery",
        watch=Series("AWS/SNS", "NumberOfNotificationsFailed", "Sum", {"TopicName": GetAtt(topic, "TopicName")}),
        threshold=1,
        breaching=1,
        of=1,
        period=300,
    )
    return topic


def _own_account() -> dict[str, Any]:
    return {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}


def _account_administers() -> dict[str, Any]:
    """Without this statement a key can never be changed again (AWS KMS developer guide, default key policy)."""
    return {
        "Sid": "AccountAdministers",
        "Effect": "Allow",
        "Principal": {"AWS": Ref("AWS::AccountId")},
        "Action": [
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateKeyDescription",
        ],
        "Resource": "*",
    }


def _services_encrypt() -> dict[str, Any]:
    return {
        "Sid": "PublishersEncrypt",
        "Effect": "Allow",
        "Principal": {"Service": list(PUBLISHERS)},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": _own_account(),
    }
