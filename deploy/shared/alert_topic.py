"""The topic that alarms and events tell, its key and who may publish to it."""

from typing import Any, Final

from troposphere import GetAtt, Ref, kms, sns

from deploy.shared.alarms import FOLDER, add_alarms
from deploy.shared.roles import document
from deploy.shared.stack_template import StackTemplate, skip_checkov

PUBLISHERS: Final = ("budgets.amazonaws.com", "cloudwatch.amazonaws.com")
EVENTS: Final = "events.amazonaws.com"
"""EventBridge takes no condition in the policy of a topic (EventBridge user guide, resource-based policies: Amazon SNS)."""


def add_alert_topic(stack: StackTemplate) -> sns.Topic:
    """Add the stack's topic with an optional subscriber by mail, and the alarm on its own delivery."""
    stack.optional("AlertEmail")
    topic = stack.add_resource(
        sns.Topic(
            "AlertTopic",
            TopicName=stack.configuration.stack_name(stack.alert_topic),
            **_encryption(stack),
        ),
        "Alarms and failure events are published here.",
    )
    stack.add_resource(
        sns.SubscriptionResource(
            "AlertSubscription",
            Condition="HasAlertEmail",
            TopicArn=Ref(topic),
            Protocol="email",
            Endpoint=Ref("AlertEmail"),
        ),
        "Sends them to one mail address.",
    )
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": Ref(topic)}
    stack.add_resource(
        sns.TopicPolicy("AlertTopicPolicy", Topics=[Ref(topic)], PolicyDocument=document(*_for_publishers(publish))),
        "Lets CloudWatch, EventBridge and Budgets publish.",
    )
    add_alarms(stack, "alert_topic", {"TopicName": GetAtt(topic, "TopicName")}, folder=FOLDER / "shared")
    return topic


def _encryption(stack: StackTemplate) -> dict[str, Any]:
    """The key is ours because CloudWatch cannot publish to a topic that AWS's own SNS key encrypts."""
    if not stack.configuration.settings.alert_key:
        return {
            "Metadata": skip_checkov({"CKV_AWS_26": "A sandbox: a key would cost a dollar a month and outlive it by a week."})
        }
    encrypt = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}
    key = stack.add_resource(
        kms.Key(
            "AlertKey",
            Description="Encrypts alerts on their way.",
            EnableKeyRotation=True,
            PendingWindowInDays=7,
            KeyPolicy=document(_account_administers(), *_for_publishers(encrypt)),
        )
    )
    return {"KmsMasterKeyId": GetAtt(key, "Arn")}


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


def _for_publishers(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The statement for the services that publish: for this account where the service can say for whom it acts."""
    own_account = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    return [
        {**statement, "Sid": "ServicesOfThisAccount", "Principal": {"Service": list(PUBLISHERS)}, "Condition": own_account},
        {**statement, "Sid": "Events", "Principal": {"Service": EVENTS}},
    ]
