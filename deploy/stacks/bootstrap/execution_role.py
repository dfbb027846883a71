"""What CloudFormation may do for the pipeline, computed: what the handlers of the pipeline's resources call, and no more.

``SCOPES`` says where each service's actions may be used, ``EXCEPTIONS`` which calls of a handler are refused, ``FURTHER``
which calls no handler lists. A new resource type needs a line here only when its service is new.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from typing import Any, Final

from troposphere import Ref, Sub, encode_to_dict, iam

from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.shared.roles import Statement, allowing, arn, document, tagged
from deploy.stacks.api import template as api
from deploy.stacks.bootstrap import handlers
from deploy.stacks.operations import template as operations
from deploy.stacks.purge import template as purge
from deploy.stacks.services import template as services
from deploy.stacks.web import template as web

PIPELINE_STACKS: Final = {
    "services": services.template,
    "purge": purge.template,
    "api": api.template,
    "web": web.template,
    "operations": operations.template,
}
"""The stacks a pipeline deploys. Foundations are an administrator's, whose mistakes are rarer and seen by two."""

POLICY_SIZE: Final = 6_144
"""Characters of a managed policy, white space not counted (IAM quotas)."""


class UnscopedActionError(LookupError):
    """A handler calls something that no line of SCOPES or EXCEPTIONS is about; the message says what to add."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where actions on one kind of resource may be used.

    ``resources``: ARNs after ``arn:<partition>:``. ``{stack}`` is each of the pipeline's stacks that holds such a resource,
    ``{environment}`` what all names of the environment begin with.
    ``tagged``: only on what carries the environment's tags; ``made_by``: the actions that make it, and so give it its tags.
    ``only``: the actions it is for, when the resource belongs to another stack.
    """

    resources: tuple[str, ...]
    tagged: bool = False
    made_by: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


def _scope(*resources: str, **choices: Any) -> Scope:
    return Scope(resources, **choices)


HERE: Final = "*:${AWS::AccountId}"
"""Any region, since the stack ``web`` has one of its own."""

SCOPES: Final[Mapping[str, Scope]] = {
    # A route cannot be tagged, and an API has no name in its ARN: its id is a parameter.
    "apigateway": _scope("apigateway:*::/apis/${ApiId}", "apigateway:*::/apis/${ApiId}/*", "apigateway:*::/tags/*${ApiId}*"),
    "application-autoscaling": _scope(
        f"application-autoscaling:{HERE}:scalable-target/*", tagged=True, made_by=("RegisterScalableTarget",)
    ),
    # An account has one primary view of its costs, and each budget reads it.
    "billing": _scope("billing::${AWS::AccountId}:billingview/primary"),
    "budgets": _scope("budgets::${AWS::AccountId}:budget/{environment}-operations"),
    # CloudFront numbers these, and they take no tags. They hold rules for caching and headers, and no content.
    "cloudfront:cache-policy": _scope("cloudfront::${AWS::AccountId}:cache-policy/*"),
    "cloudfront:origin-access-control": _scope("cloudfront::${AWS::AccountId}:origin-access-control/*"),
    "cloudfront:origin-request-policy": _scope("cloudfront::${AWS::AccountId}:origin-request-policy/*"),
    "cloudfront:response-headers-policy": _scope("cloudfront::${AWS::AccountId}:response-headers-policy/*"),
    "cloudfront:distribution": _scope("cloudfront::${AWS::AccountId}:distribution/*", tagged=True),
    "cloudfront:function": _scope("cloudfront::${AWS::AccountId}:function/{stack}-*"),
    # Target tracking makes alarms of its own, named after the cluster.
    "cloudwatch:alarm": _scope(
        f"cloudwatch:{HERE}:alarm:{{stack}}-*", f"cloudwatch:{HERE}:alarm:TargetTracking-service/{{environment}}-platform-*"
    ),
    "cloudwatch:dashboard": _scope("cloudwatch::${AWS::AccountId}:dashboard/{environment}-operations"),
    "ec2:security-group": _scope(f"ec2:{HERE}:security-group/*", tagged=True, made_by=("CreateSecurityGroup",)),
    "ec2:vpc": _scope(f"ec2:{HERE}:vpc/*", tagged=True, only=("CreateSecurityGroup",)),
    "ecs:service": _scope(f"ecs:{HERE}:service/{{environment}}-platform-*/{{stack}}-*"),
    "ecs:service-deployment": _scope(f"ecs:{HERE}:service-deployment/{{environment}}-platform-*/{{stack}}-*/*"),
    "ecs:task-definition": _scope(f"ecs:{HERE}:task-definition/{{stack}}-*"),
    "elasticloadbalancing:listener/app": _scope(f"elasticloadbalancing:{HERE}:listener/app/*", tagged=True, only=("CreateRule",)),
    "elasticloadbalancing:listener-rule/app": _scope(
        f"elasticloadbalancing:{HERE}:listener-rule/app/*", tagged=True, made_by=("CreateRule",)
    ),
    "elasticloadbalancing:targetgroup": _scope(
        f"elasticloadbalancing:{HERE}:targetgroup/*", tagged=True, made_by=("CreateTargetGroup",)
    ),
    "events:rule-on-default-event-bus": _scope(f"events:{HERE}:rule/{{stack}}-*"),
    "iam:role": _scope("iam::${AWS::AccountId}:role/{environment}/*"),
    "kms:key": _scope(f"kms:{HERE}:key/*", tagged=True),
    "logs:delivery": _scope(f"logs:{HERE}:delivery:*", tagged=True, made_by=("CreateDelivery",)),
    # The reference counts logs:DeleteDeliverySource among the destinations.
    **dict.fromkeys(
        ("logs:delivery-destination", "logs:delivery-source"),
        _scope(
            f"logs:{HERE}:delivery-destination:{{environment}}-web",
            f"logs:{HERE}:delivery-source:{{environment}}-web",
        ),
    ),
    # The filters of operations are on groups of platform. WAF writes to groups of its own prefix only.
    "logs:log-group": _scope(
        f"logs:{HERE}:log-group:{{stack}}-*",
        f"logs:{HERE}:log-group:{{environment}}-platform-*",
        f"logs:{HERE}:log-group:aws-waf-logs-{{environment}}-web:*",
    ),
    "s3:bucket": _scope("s3:::{stack}-*"),
    "scheduler:schedule": _scope(f"scheduler:{HERE}:schedule/default/{{stack}}-*"),
    # Rules and distribution refer to the origin secret of the stack platform.
    "secretsmanager": _scope(
        f"secretsmanager:{HERE}:secret:{{stack}}-*", f"secretsmanager:{HERE}:secret:{{environment}}-origin-*"
    ),
    "sns": _scope(f"sns:{HERE}:{{stack}}-*"),
    # The managed rule groups are AWS's.
    "wafv2:managedruleset": _scope(f"wafv2:{HERE}:global/managedruleset/*"),
    "wafv2:webacl": _scope(f"wafv2:{HERE}:global/webacl/{{stack}}/*"),
}
"""Service, or service and kind of resource as the Service Authorization Reference names it, to where it may be used."""

EXCEPTIONS: Final[Mapping[str, str]] = {
    "cloudfront:*ConnectionGroup": "for distributions with several tenants",
    "cloudfront:GetVpcOrigin": "the origins are public hosts",
    "cloudfront:UpdateDistributionWithStagingConfig": "for continuous deployment, which is not used",
    "cloudwatch:GetMetricData": "for predictive scaling; these policies track a target",
    "codewhisperer:*": "for deliveries of another service's log",
    "cognito-idp:DescribeUserPoolClient": "for rules that sign people in; the API does that",
    "firehose:*": "for logs that go to Firehose",
    "iam:AttachRolePolicy": "a managed policy could reach further; roles here have policies of their own",
    "iam:CreateServiceLinkedRole": "an administrator's release makes them (deploy/release/service_roles.py)",
    "iam:DeleteRolePermissionsBoundary": "a role without the boundary could do more than the pipeline may",
    "iam:DetachRolePolicy": "no role here has a managed policy",
    "iam:UpdateAssumeRolePolicy": "who is trusted is an administrator's to change",
    "lambda:*": "for scaling of Lambda functions",
    "logs:DeleteIndexPolicy": "no log group has an index policy",
    "logs:DeleteResourcePolicy": "all environments of an account share its resource policies",
    "logs:PutIndexPolicy": "no log group has an index policy",
    "s3:*BucketMetadata*": "no bucket has metadata tables",
    "s3:DeleteBucketWebsite": "the site is served by CloudFront",
    "s3:DeleteObject": "for directory buckets; the site's objects are the deploy role's",
    "s3:GetObject": "for APIs whose description lies in S3",
    "s3:PutBucketAcl": "buckets here take no ACLs",
    "s3:PutBucketWebsite": "the site is served by CloudFront",
    "s3:PutObjectAcl": "buckets here take no ACLs",
    "s3:PutReplicationConfiguration": "would copy a bucket elsewhere",
    "s3tables:*": "for buckets with metadata tables",
    "workmail:*": "for deliveries of another service's log",
}
"""What a handler lists and the role may not do, by pattern, with the reason."""

FURTHER: Final[Mapping[str, str]] = {
    "cloudfront:AllowVendedLogDeliveryForResource": "logs:PutDeliverySource asks CloudFront for it (CloudFront developer "
    "guide, standard logging v2, permissions)",
    **dict.fromkeys(
        ("logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:UpdateLogDelivery"),
        "for the access log of a stage (API Gateway developer guide, configure logging for HTTP APIs)",
    ),
}
"""What no handler lists and the role needs, with the reason."""


TAGGING: Final = {"ec2": "CreateTags", "elasticloadbalancing": "AddTags"}
"""What tags a resource, of services that call it otherwise than TagResource."""


def policies(configuration: Configuration, boundary: iam.ManagedPolicy) -> list[list[Statement]]:
    """The role's statements, in the order of their services, packed into as few managed policies as their size allows."""
    packed: list[list[Statement]] = [[]]
    for statement in _Role(configuration, boundary).statements():
        if _size([*packed[-1], statement]) > POLICY_SIZE:
            packed.append([])
        packed[-1].append(statement)
    return packed


def actions(configuration: Configuration) -> dict[str, set[str]]:
    """Each action the role needs, with the pipeline's stacks whose resources need it."""
    needed: dict[str, set[str]] = defaultdict(set)
    for kind, stacks in _types(configuration).items():
        for action in handlers.permissions(kind):
            if not any(fnmatchcase(action.lower(), pattern.lower()) for pattern in EXCEPTIONS):
                needed[action] |= stacks
    return needed | {action: set(PIPELINE_STACKS) for action in FURTHER}


@cache
def _types(configuration: Configuration) -> dict[str, set[str]]:
    """The resource types of the pipeline's stacks, whatever capacity and layout they are deployed with, with those stacks."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, template in PIPELINE_STACKS.items():
        for capacity, layout in product(CAPACITIES, TASK_LAYOUTS):
            for resource in template(replace(configuration, capacity=capacity, task_layout=layout)).resources.values():
                found[resource.resource_type].add(name)
    return found


class _Role:
    """The statements for one environment."""

    def __init__(self, configuration: Configuration, boundary: iam.ManagedPolicy) -> None:
        self._configuration = configuration
        self._conditional: tuple[tuple[str, set[str], dict[str, Any]], ...] = (
            (
                "WithinBoundary",
                {"iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"},
                {"ArnEquals": {"iam:PermissionsBoundary": Ref(boundary)}},
            ),
            (
                "HandedOver",
                {"iam:PassRole"},
                {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"]}},
            ),
            ("KmsKeyMade", {"kms:CreateKey"}, {"StringEquals": tagged(configuration, "Request")}),
        )

    def statements(self) -> Iterator[Statement]:
        """One for each line of SCOPES, more where some of its actions ask for a condition; last what takes no resource."""
        needed = actions(self._configuration)
        scoped: dict[str, set[str]] = defaultdict(set)
        for action in needed:
            for key in _keys(action):
                scoped[key].add(action)
        unnamed = scoped.pop(NO_RESOURCE)
        for key, found in sorted(scoped.items()):
            scope = SCOPES[key]
            stacks = sorted(set().union(*(needed[action] for action in found)))
            sid = "".join(word.capitalize() for word in re.split(r"\W", key))
            each = self._tagged if scope.tagged else self._named
            yield from each(sid, found, self._arns(scope, stacks), scope)
        yield from self._named("TakesNoResource", unnamed, "*")

    def _named(self, sid: str, found: set[str], resources: Any, _: Scope | None = None) -> Iterator[Statement]:
        for suffix, names, condition in self._conditional:
            if conditional := found & names:
                yield allowing(f"{sid}{suffix}", list(conditional), resources, condition)
                found = found - names
        if found:
            yield allowing(sid, list(found), resources)

    def _tagged(self, sid: str, found: set[str], resources: Any, scope: Scope) -> Iterator[Statement]:
        ours, given = tagged(self._configuration), tagged(self._configuration, "Request")
        service = next(iter(found)).partition(":")[0]
        yield allowing(sid, list(found), resources, {"StringEquals": ours})
        if makers := found & {f"{service}:{name}" for name in scope.made_by}:
            yield allowing(f"{sid}Made", list(makers), resources, {"StringEquals": given})
        if (tagging := f"{service}:{TAGGING.get(service, 'TagResource')}") in found:
            condition: dict[str, Any] = {"StringEquals": given, "StringEqualsIfExists": ours}
            if service in TAGGING:  # which also say what is being made
                condition = {"StringEquals": {**given, f"{service}:CreateAction": list(scope.made_by)}}
            yield allowing(f"{sid}TaggedFirst", [tagging], resources, condition)

    def _arns(self, scope: Scope, stacks: Sequence[str]) -> list[Sub]:
        names = [self._configuration.stack_name(stack) for stack in stacks]
        environment = self._configuration.role_path.strip("/")
        arns = (
            pattern.replace("{stack}", name).replace("{environment}", environment)
            for pattern in scope.resources
            for name in names
        )
        return [arn(each) for each in dict.fromkeys(arns)]


NO_RESOURCE: Final = ""


def _keys(action: str) -> set[str]:
    """The lines of SCOPES an action falls under; NO_RESOURCE when it takes none. Raises UnscopedActionError."""
    kinds = handlers.resource_kinds(action)
    if not kinds:
        return {NO_RESOURCE}
    service, _, name = action.partition(":")
    found = {key for key in (service, *(f"{service}:{kind}" for kind in kinds)) if key in SCOPES}
    if not found:
        raise UnscopedActionError(f"{action}: say in SCOPES where it may be used, by one of {kinds}; or in EXCEPTIONS why not.")
    return {key for key in found if not SCOPES[key].only or name in SCOPES[key].only}


def _size(statements: list[Statement]) -> int:
    return len("".join(json.dumps(encode_to_dict(document(*statements))).split()))
