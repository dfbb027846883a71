"""What a pipeline may do, in three documents: its own role, the role CloudFormation works with, and the boundary.

The boundary is what makes the second safe: CloudFormation may make roles only with it, so no role that the pipeline makes
can do more than the services need, whatever a changed template says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from troposphere import GetAtt, Ref, Sub

from deploy.configuration import APPLICATION
from deploy.roles import allowing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ecr import Repository
    from troposphere.iam import ManagedPolicy, Role

    from deploy.configuration import Configuration

Statement = dict[str, Any]

PIPELINE_STACKS: Final = ("services", "api", "web", "operations")
"""The stacks a pipeline deploys. Foundations are an administrator's, whose mistakes are rarer and seen by two."""

# CloudFormation's resource types need these. Where an action of a service does not know resources, "*" is all there is
# (Service Authorization Reference); where names are given by CloudFormation, they begin with the stack's name.
_READ_ANYTHING: Final = (
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecs:DescribeTaskDefinition",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "logs:DescribeLogGroups",
)
_UNNAMED: Final = (
    # no resource-level permission
    "cloudfront:CreateOriginAccessControl",
    "ecs:DeregisterTaskDefinition",
    "secretsmanager:GetRandomPassword",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:UpdateLogDelivery",
)
_CLOUDFRONT_OBJECTS: Final = (
    "CachePolicy",
    "Distribution",
    "Function",
    "OriginAccessControl",
    "OriginRequestPolicy",
    "ResponseHeadersPolicy",
)


def boundary_statements(configuration: Configuration) -> list[Statement]:
    """The most that tasks, their starters and the schedule need, on this environment's resources."""
    ours = configuration.stack_name("*")
    return [
        allowing(
            "Data",
            [f"dynamodb:{verb}Item" for verb in ("ConditionCheck", "Delete", "Get", "Put", "Update")] + ["dynamodb:Query"],
            _arn(f"dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{ours}"),
        ),
        allowing(
            "Attachments",
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:ListBucket",
                "s3:PutObject",
            ],
            [_arn(f"s3:::{ours}"), _arn(f"s3:::{ours}/*")],
        ),
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing(
            "Images",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            _arn("ecr:${AWS::Region}:${AWS::AccountId}:repository/*"),
        ),
        allowing(
            "Secrets",
            ["secretsmanager:GetSecretValue"],
            _arn("secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*"),
        ),
        allowing(
            "Logs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            _arn(f"logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{ours}"),
        ),
        allowing("Purge", ["ecs:RunTask"], _arn("ecs:${AWS::Region}:${AWS::AccountId}:task-definition/*")),
        _hand_over(configuration, "ecs-tasks.amazonaws.com"),
    ]


def deploy_statements(configuration: Configuration, repositories: Sequence[Repository], stack_role: Role) -> list[Statement]:
    """The pipeline's own role: push images, start changes of its stacks, publish the site's files."""
    stacks = [_arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name(name)}/*") for name in PIPELINE_STACKS]
    push = ("CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart")
    pull = ("BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer")
    change = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet")
    read = ("DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate", "ListStackResources")
    site = configuration.stack_name("web-*")
    return [
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing("Images", [f"ecr:{verb}" for verb in push + pull], [GetAtt(repository, "Arn") for repository in repositories]),
        allowing("Changes", [f"cloudformation:{verb}" for verb in change + read], stacks),
        # Checking a template reads it and nothing else; it knows no resource.
        allowing("Check", ["cloudformation:ValidateTemplate"], "*"),
        allowing(
            "ReadFoundations",
            ["cloudformation:DescribeStacks"],
            _arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name('*')}/*"),
        ),
        allowing(
            "HandStackRole",
            ["iam:PassRole"],
            GetAtt(stack_role, "Arn"),
            {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
        ),
        allowing("Site", ["s3:ListBucket"], _arn(f"s3:::{site}")),
        allowing("SiteFiles", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], _arn(f"s3:::{site}/*")),
        # The distribution's id is known only after the stack web is there; the account holds the boundary.
        allowing(
            "FreshSite",
            ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            _arn("cloudfront::${AWS::AccountId}:distribution/*"),
        ),
    ]


def stack_role_policies(configuration: Configuration, boundary: ManagedPolicy) -> dict[str, list[Statement]]:
    """CloudFormation's role by policy name: one policy a group of stacks, so that none outgrows IAM's limit."""
    ours = configuration.stack_name("*")
    here = "${AWS::Region}:${AWS::AccountId}"
    everywhere = "*:${AWS::AccountId}"  # the stack web may live in another region
    return {
        "services": [
            allowing("Read", _READ_ANYTHING, "*"),
            allowing("Unnamed", _UNNAMED, "*"),
            *_role_statements(configuration, boundary),
            allowing(
                "Services",
                _verbs("ecs", "CreateService DeleteService DescribeServices TagResource UntagResource UpdateService"),
                [_arn(f"ecs:{here}:service/{ours}/*"), _arn(f"ecs:{here}:task-definition/*")],
            ),
            allowing("TaskDefinitions", ["ecs:RegisterTaskDefinition"], _arn(f"ecs:{here}:task-definition/*")),
            allowing(
                "Scaling",
                _verbs(
                    "application-autoscaling",
                    "DeleteScalingPolicy DeregisterScalableTarget PutScalingPolicy RegisterScalableTarget",
                ),
                _arn(f"application-autoscaling:{here}:scalable-target/*"),
            ),
            allowing(
                "Routing",
                _verbs(
                    "elasticloadbalancing",
                    "AddTags CreateRule CreateTargetGroup DeleteRule DeleteTargetGroup ModifyRule ModifyTargetGroup "
                    "ModifyTargetGroupAttributes RemoveTags SetRulePriorities",
                ),
                [_arn(f"elasticloadbalancing:{here}:{kind}/*") for kind in ("listener", "listener-rule", "targetgroup")],
            ),
            allowing(
                "SecurityGroups",
                _verbs(
                    "ec2",
                    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags "
                    "DeleteSecurityGroup RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
                ),
                [_arn(f"ec2:{here}:{kind}/*") for kind in ("security-group", "security-group-rule", "vpc")],
            ),
            allowing(
                "Secrets",
                _verbs(
                    "secretsmanager",
                    "CreateSecret DeleteSecret DescribeSecret GetSecretValue TagResource UntagResource UpdateSecret",
                ),
                # The services' own keys, and the origin secret that rules and distribution refer to.
                [
                    _arn(f"secretsmanager:{everywhere}:secret:{name}")
                    for name in ("*SecretKey-*", configuration.stack_name("origin-*"))
                ],
            ),
            allowing(
                "Schedules",
                _verbs("scheduler", "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule"),
                _arn(f"scheduler:{here}:schedule/default/{ours}"),
            ),
            allowing(
                "Rules",
                _verbs("events", "DeleteRule DescribeRule PutRule PutTargets RemoveTargets TagResource UntagResource"),
                _arn(f"events:{here}:rule/{ours}"),
            ),
        ],
        "watching": [
            allowing(
                "Alarms",
                _verbs("cloudwatch", "DeleteAlarms DescribeAlarms PutCompositeAlarm PutMetricAlarm TagResource UntagResource"),
                _arn(f"cloudwatch:{everywhere}:alarm:{ours}"),
            ),
            allowing(
                "Dashboards",
                _verbs("cloudwatch", "DeleteDashboards GetDashboard PutDashboard"),
                _arn(f"cloudwatch::${{AWS::AccountId}}:dashboard/{ours}"),
            ),
            allowing(
                "Logs",
                _verbs(
                    "logs",
                    "CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DescribeMetricFilters "
                    "ListTagsForResource PutMetricFilter PutRetentionPolicy TagResource UntagResource",
                ),
                [_arn(f"logs:{everywhere}:log-group:{name}") for name in (ours, f"aws-waf-logs-{ours}")],
            ),
            allowing(
                "Budgets", ["budgets:ModifyBudget", "budgets:ViewBudget"], _arn(f"budgets::${{AWS::AccountId}}:budget/{ours}")
            ),
            allowing(
                "Alerts",
                _verbs(
                    "sns", "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe TagResource UntagResource"
                ),
                _arn(f"sns:{everywhere}:{configuration.stack_name('web-alerts')}"),
            ),
        ],
        "edge": [
            allowing(
                "Api",
                [f"apigateway:{verb}" for verb in ("DELETE", "GET", "PATCH", "POST", "PUT")],
                [_arn(f"apigateway:${{AWS::Region}}::/{path}") for path in ("apis", "apis/*", "tags/*")],
            ),
            allowing("Distribution", _cloudfront_actions(), _arn("cloudfront::${AWS::AccountId}:*")),
            allowing(
                "Site",
                _verbs(
                    "s3",
                    "CreateBucket DeleteBucketPolicy GetBucketPolicy PutBucketLogging PutBucketOwnershipControls "
                    "PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning "
                    "PutEncryptionConfiguration PutLifecycleConfiguration",
                ),
                _arn(f"s3:::{configuration.stack_name('web-*')}"),
            ),
            *_key_statements(everywhere),
            allowing(
                "Firewall",
                _verbs(
                    "wafv2",
                    "AssociateWebACL CreateWebACL DeleteLoggingConfiguration DeleteWebACL GetLoggingConfiguration "
                    "GetWebACL PutLoggingConfiguration TagResource UntagResource UpdateWebACL",
                ),
                [_arn(f"wafv2:{everywhere}:global/{kind}/*") for kind in ("webacl", "managedruleset")],
            ),
        ],
    }


def _key_statements(everywhere: str) -> list[Statement]:
    """The key of the alerts: keys have no names, so the tag that every stack of ours carries says which are ours."""
    tag = {"StringEquals": {"aws:ResourceTag/app": APPLICATION}}
    verbs = (
        "DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion "
        "TagResource UntagResource UpdateKeyDescription"
    )
    return [
        allowing("CreateKeys", ["kms:CreateKey"], "*", {"StringEquals": {"aws:RequestTag/app": APPLICATION}}),
        allowing("Keys", _verbs("kms", verbs), _arn(f"kms:{everywhere}:key/*"), tag),
    ]


def _role_statements(configuration: Configuration, boundary: ManagedPolicy) -> list[Statement]:
    """Roles of this environment's stacks, made only with the boundary, handed only to the services that use them."""
    roles = _arn(f"iam::${{AWS::AccountId}}:role/{configuration.stack_name('*')}")
    return [
        allowing(
            "RolesWithinBoundary",
            _verbs("iam", "CreateRole PutRolePolicy PutRolePermissionsBoundary DeleteRolePolicy"),
            roles,
            {"ArnEquals": {"iam:PermissionsBoundary": Ref(boundary)}},
        ),
        allowing(
            "Roles",
            _verbs("iam", "DeleteRole GetRole GetRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRoleDescription"),
            roles,
        ),
        _hand_over(configuration, "ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"),
    ]


def _hand_over(configuration: Configuration, *services: str) -> Statement:
    return allowing(
        "HandRoles",
        ["iam:PassRole"],
        _arn(f"iam::${{AWS::AccountId}}:role/{configuration.stack_name('*')}"),
        {"StringEquals": {"iam:PassedToService": list(services)}},
    )


def _cloudfront_actions() -> list[str]:
    actions = [f"cloudfront:{verb}{noun}" for noun in _CLOUDFRONT_OBJECTS for verb in ("Create", "Delete", "Get", "Update")]
    actions.remove("cloudfront:CreateOriginAccessControl")  # knows no resource: see _UNNAMED
    return [
        *actions,
        "cloudfront:DescribeFunction",
        "cloudfront:PublishFunction",
        "cloudfront:TagResource",
        "cloudfront:UntagResource",
    ]


def _verbs(service: str, verbs: str) -> list[str]:
    return [f"{service}:{verb}" for verb in verbs.split()]


def _arn(rest: str) -> Sub:
    return Sub(f"arn:${{AWS::Partition}}:{rest}")
