"""The topic that alarms and events tell, its key and who may publish to it."""

from typing import Any

from troposphere import GetAtt, Ref, kms, sns

from deploy.shared.alarms import add_alarms
from deploy.shared.roles import document
from deploy.shared.stack_template import StackTemplate, skip_checkov


def add_alert_topic(stack: StackTemplate) -> sns.Topic:
    """Add the stack's topic with an optional subscriber by mail, and the alarm on its own delivery."""
    stack.optional("AlertEmail")
    encryption: dict[str, Any] = (
        {"KmsMasterKeyId": GetAtt(_add_key(stack), "Arn")} if stack.configuration.settings.alert_key else {}
    )
    unencrypted = {"CKV_AWS_26": "A sandbox: a key would cost a dollar a month and outlive it by a week."}
    topic = sns.Topic(
        "AlertTopic",
        stack,
        Metadata={
            "Description": "Alarms and failure events are published here.",
            **({} if encryption else skip_checkov(unencrypted)),
        },
        TopicName=stack.configuration.stack_name(stack.alert_topic),
        **encryption,
    )
    sns.SubscriptionResource(
        "AlertSubscription",
        stack,
        Metadata={"Description": "Sends them to one mail address."},
        Condition="HasAlertEmail",
        TopicArn=Ref(topic),
        Protocol="email",
        Endpoint=Ref("AlertEmail"),
    )
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": Ref(topic)}
    sns.TopicPolicy(
        "AlertTopicPolicy",
        stack,
        Metadata={"Description": "Lets CloudWatch, EventBridge and Budgets publish."},
        Topics=[Ref(topic)],
        PolicyDocument=document(*_for_publishers(publish)),
    )
    add_alarms(stack, "alert_topic", {"TopicName": GetAtt(topic, "TopicName")})
    return topic


def _add_key(stack: StackTemplate) -> kms.Key:
    """It is ours because CloudWatch cannot publish to a topic that AWS's own SNS key encrypts."""
    encrypt = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}
    # Without this statement a key can never be changed again (AWS KMS developer guide, default key policy).
    account_administers = {
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
    return kms.Key(
        "AlertKey",
        stack,
        Description="Encrypts alerts on their way.",
        EnableKeyRotation=True,
        PendingWindowInDays=7,
        KeyPolicy=document(account_administers, *_for_publishers(encrypt)),
    )


def _for_publishers(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The statement for the services that publish: for this account where the service can say for whom it acts.

    EventBridge takes no condition in the policy of a topic (EventBridge user guide, resource-based policies: Amazon SNS).
    """
    publishers = {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]}
    own_account = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    return [
        {**statement, "Sid": "ServicesOfThisAccount", "Principal": publishers, "Condition": own_account},
        {**statement, "Sid": "Events", "Principal": {"Service": "events.amazonaws.com"}},
    ]
