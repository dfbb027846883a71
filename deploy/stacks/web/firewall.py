"""The web ACL in front of the distribution: rates, known bad addresses and inputs; and its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from troposphere import GetAtt, Sub
from troposphere.logs import LogGroup
from troposphere.wafv2 import (
    ActionCondition,
    AllowAction,
    BlockAction,
    Condition,
    CountAction,
    DefaultAction,
    Filter,
    LoggingConfiguration,
    LoggingConfigurationFieldToMatch,
    LoggingFilter,
    ManagedRuleGroupStatement,
    OverrideAction,
    RateBasedStatement,
    RuleAction,
    RuleActionOverride,
    SingleHeader,
    Statement,
    VisibilityConfig,
    WebACL,
    WebACLRule,
)

if TYPE_CHECKING:
    from deploy.shared.stack_template import StackTemplate

REQUESTS: Final = 2_000
"""Of one address in five minutes. A busy person makes a few hundred; an office behind one address, a thousand."""

# Notes and attachments are longer than these rules allow, and people write about HTML and paths. Bodies are data here:
# they reach no SQL, no shell and no page as markup. The rules count, so that the log shows them, and block nothing.
_COUNTED: Final = (
    "SizeRestrictions_BODY",
    "CrossSiteScripting_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "EC2MetaDataSSRF_BODY",
)
GROUPS: Final = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": _COUNTED,
}


def add_firewall(stack: StackTemplate) -> WebACL:
    """Add the web ACL. Its scope, CLOUDFRONT, exists in one region only, which is why stack ``web`` lives there."""
    rate = WebACLRule(
        Name="rate",
        Priority=0,
        Action=RuleAction(Block=BlockAction()),
        Statement=Statement(RateBasedStatement=RateBasedStatement(Limit=REQUESTS, AggregateKeyType="IP")),
        VisibilityConfig=_visible("rate"),
    )
    acl = stack.add_resource(
        WebACL(
            "WebAcl",
            Name=Sub("${AWS::StackName}"),
            Scope="CLOUDFRONT",
            Description="In front of the site and the API.",
            DefaultAction=DefaultAction(Allow=AllowAction()),
            Rules=[rate, *(_managed(number, name, counted) for number, (name, counted) in enumerate(GROUPS.items(), 1))],
            VisibilityConfig=_visible("all"),
        )
    )
    log = stack.add_resource(
        LogGroup(
            "WebAclLogGroup",
            # WAF writes to groups of this prefix only.
            LogGroupName=Sub("aws-waf-logs-${AWS::StackName}"),
            RetentionInDays=stack.configuration.log_retention_days,
        ),
        "Requests that the web ACL blocked or counted.",
    )
    stack.add_resource(
        LoggingConfiguration(
            "WebAclLog",
            ResourceArn=GetAtt(acl, "Arn"),
            # Without the ":*" that GetAtt of a log group ends with.
            LogDestinationConfigs=[
                Sub(f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{{log.title}}}")
            ],
            RedactedFields=[
                LoggingConfigurationFieldToMatch(SingleHeader=SingleHeader(Name="authorization")),
                LoggingConfigurationFieldToMatch(UriPath={}),
            ],
            LoggingFilter=LoggingFilter(
                DefaultBehavior="DROP",
                Filters=[
                    Filter(
                        Behavior="KEEP",
                        Requirement="MEETS_ANY",
                        Conditions=[
                            Condition(ActionCondition=ActionCondition(Action=action))
                            for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                        ],
                    )
                ],
            ),
        ),
        "Writes them without tokens and paths.",
    )
    stack.publish("WebAclArn", "The web ACL in front of the distribution.", GetAtt(acl, "Arn"))
    return acl


def _managed(priority: int, name: str, counted: tuple[str, ...]) -> WebACLRule:
    overrides = [RuleActionOverride(Name=rule, ActionToUse=RuleAction(Count=CountAction())) for rule in counted]
    group = ManagedRuleGroupStatement(VendorName="AWS", Name=name, **({"RuleActionOverrides": overrides} if overrides else {}))
    return WebACLRule(
        Name=name,
        Priority=priority,
        OverrideAction=OverrideAction(**{"None": {}}),
        Statement=Statement(ManagedRuleGroupStatement=group),
        VisibilityConfig=_visible(name),
    )


def _visible(name: str) -> VisibilityConfig:
    return VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=name, SampledRequestsEnabled=False)
