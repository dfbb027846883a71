"""The web ACL in front of the distribution: rates, known bad addresses and inputs; and its log."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from troposphere import GetAtt, Sub, logs, wafv2

from deploy import containers
from deploy.shared import yaml_files
from deploy.shared.roles import arn
from deploy.shared.stack_template import StackTemplate

RULES: Final[Mapping[str, Mapping[str, str]]] = yaml_files.content(Path(__file__).with_name("firewall_rules.yaml"))
"""Managed rule groups to their rules, and whether each blocks or counts."""
REFUSED, TOO_MANY = "refused", "too-many-requests"


def add_firewall(stack: StackTemplate) -> wafv2.WebACL:
    """Add the web ACL. Its scope, CLOUDFRONT, exists in one region only, which is why stack ``web`` lives there."""
    # Seconds. The rate is counted over the five minutes before, so it falls below the limit by and by.
    retry_after = wafv2.CustomHTTPHeader(Name="Retry-After", Value="60")
    rate = wafv2.WebACLRule(
        Name="rate",
        Priority=0,
        Action=wafv2.RuleAction(Block=_refusal(429, TOO_MANY, retry_after)),
        # Of one address in five minutes. A busy person makes a few hundred; an office behind one address, a thousand.
        Statement=wafv2.Statement(RateBasedStatement=wafv2.RateBasedStatement(Limit=2_000, AggregateKeyType="IP")),
        VisibilityConfig=_visible("rate"),
    )
    acl = wafv2.WebACL(
        "WebAcl",
        stack,
        Name=Sub("${AWS::StackName}"),
        Scope="CLOUDFRONT",
        Description="In front of the site and the API.",
        DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
        Rules=[rate, *(_managed(number, name) for number, name in enumerate(RULES, 1))],
        CustomResponseBodies={
            REFUSED: _body(403, REFUSED, "This request was refused."),
            TOO_MANY: _body(429, TOO_MANY, "Too many requests came from this address; try again later."),
        },
        VisibilityConfig=_visible("all"),
    )
    log = logs.LogGroup(
        "WebAclLogGroup",
        stack,
        Metadata={"Description": "Requests that the web ACL blocked or counted."},
        # WAF writes to groups of this prefix only.
        LogGroupName=Sub("aws-waf-logs-${AWS::StackName}"),
        RetentionInDays=stack.configuration.settings.log_retention_days,
    )
    wafv2.LoggingConfiguration(
        "WebAclLog",
        stack,
        Metadata={"Description": "Writes them without tokens and paths."},
        ResourceArn=GetAtt(acl, "Arn"),
        # Without the ":*" that GetAtt of a log group ends with.
        LogDestinationConfigs=[arn(f"logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{{log.title}}}")],
        RedactedFields=[
            wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name="authorization")),
            wafv2.LoggingConfigurationFieldToMatch(QueryString={}),
            wafv2.LoggingConfigurationFieldToMatch(UriPath={}),
        ],
        LoggingFilter=wafv2.LoggingFilter(
            DefaultBehavior="DROP",
            Filters=[
                wafv2.Filter(
                    Behavior="KEEP",
                    Requirement="MEETS_ANY",
                    Conditions=[
                        wafv2.Condition(ActionCondition=wafv2.ActionCondition(Action=action))
                        for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                    ],
                )
            ],
        ),
    )
    stack.publish("WebAclArn", "The web ACL in front of the distribution.", GetAtt(acl, "Arn"))
    return acl


def _managed(priority: int, name: str) -> wafv2.WebACLRule:
    actions = {"block": wafv2.RuleAction(Block=_refusal(403, REFUSED)), "count": wafv2.RuleAction(Count=wafv2.CountAction())}
    overrides = [wafv2.RuleActionOverride(Name=rule, ActionToUse=actions[action]) for rule, action in RULES[name].items()]
    group = wafv2.ManagedRuleGroupStatement(VendorName="AWS", Name=name, RuleActionOverrides=overrides)
    return wafv2.WebACLRule(
        Name=name,
        Priority=priority,
        OverrideAction=wafv2.OverrideAction(**{"None": {}}),
        Statement=wafv2.Statement(ManagedRuleGroupStatement=group),
        VisibilityConfig=_visible(name),
    )


def _refusal(status: int, body: str, *headers: wafv2.CustomHTTPHeader) -> wafv2.BlockAction:
    extra = {"ResponseHeaders": list(headers)} if headers else {}
    return wafv2.BlockAction(CustomResponse=wafv2.CustomResponse(ResponseCode=status, CustomResponseBodyKey=body, **extra))


def _body(status: int, code: str, detail: str) -> wafv2.CustomResponseBody:
    return wafv2.CustomResponseBody(ContentType="APPLICATION_JSON", Content=containers.problem(status, code, detail))


def _visible(name: str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=name, SampledRequestsEnabled=False)
