"""What CloudFormation may do for a pipeline: make and change what the stacks hold that a pipeline deploys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from troposphere import Ref

from deploy.configuration import APPLICATION
from deploy.shared.roles import allowing
from deploy.stacks.bootstrap.pipeline import Statement, actions_of, arn, hand_over

if TYPE_CHECKING:
    from troposphere.iam import ManagedPolicy

    from deploy.configuration import Configuration

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
    "logs:DescribeQueryDefinitions",
)
_UNNAMED: Final = (
    # no resource-level permission
    "cloudfront:CreateCachePolicy",
    "cloudfront:CreateDistribution",
    "cloudfront:CreateFunction",
    "cloudfront:CreateOriginAccessControl",
    "cloudfront:CreateOriginRequestPolicy",
    "cloudfront:CreateResponseHeadersPolicy",
    "ecs:DeregisterTaskDefinition",
    "secretsmanager:GetRandomPassword",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DeleteQueryDefinition",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutQueryDefinition",
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
                actions_of("ecs", "CreateService DeleteService DescribeServices TagResource UntagResource UpdateService"),
                [arn(f"ecs:{here}:service/{ours}/*"), arn(f"ecs:{here}:task-definition/*")],
            ),
            allowing("TaskDefinitions", ["ecs:RegisterTaskDefinition"], arn(f"ecs:{here}:task-definition/*")),
            allowing(
                "Scaling",
                actions_of(
                    "application-autoscaling",
                    "DeleteScalingPolicy DeregisterScalableTarget PutScalingPolicy RegisterScalableTarget",
                ),
                arn(f"application-autoscaling:{here}:scalable-target/*"),
            ),
            allowing(
                "Routing",
                actions_of(
                    "elasticloadbalancing",
                    "AddTags CreateRule CreateTargetGroup DeleteRule DeleteTargetGroup ModifyRule ModifyTargetGroup "
                    "ModifyTargetGroupAttributes RemoveTags SetRulePriorities",
                ),
                [arn(f"elasticloadbalancing:{here}:{kind}/*") for kind in ("listener", "listener-rule", "targetgroup")],
            ),
            allowing(
                "SecurityGroups",
                actions_of(
                    "ec2",
                    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags "
                    "DeleteSecurityGroup RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
                ),
                [arn(f"ec2:{here}:{kind}/*") for kind in ("security-group", "security-group-rule", "vpc")],
            ),
            allowing(
                "Secrets",
                actions_of(
                    "secretsmanager",
                    "CreateSecret DeleteSecret DescribeSecret GetSecretValue TagResource UntagResource UpdateSecret",
                ),
                # The services' own keys, and the origin secret that rules and distribution refer to.
                [
                    arn(f"secretsmanager:{everywhere}:secret:{name}")
                    for name in ("*SecretKey-*", configuration.stack_name("origin-*"))
                ],
            ),
            allowing(
                "Schedules",
                actions_of("scheduler", "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule"),
                arn(f"scheduler:{here}:schedule/default/{ours}"),
            ),
            allowing(
                "Rules",
                actions_of("events", "DeleteRule DescribeRule PutRule PutTargets RemoveTargets TagResource UntagResource"),
                arn(f"events:{here}:rule/{ours}"),
            ),
        ],
        "watching": [
            allowing(
                "Alarms",
                actions_of(
                    "cloudwatch", "DeleteAlarms DescribeAlarms PutCompositeAlarm PutMetricAlarm TagResource UntagResource"
                ),
                arn(f"cloudwatch:{everywhere}:alarm:{ours}"),
            ),
            allowing(
                "Dashboards",
                actions_of("cloudwatch", "DeleteDashboards GetDashboard PutDashboard"),
                arn(f"cloudwatch::${{AWS::AccountId}}:dashboard/{ours}"),
            ),
            allowing(
                "Logs",
                actions_of(
                    "logs",
                    "CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DescribeMetricFilters "
                    "ListTagsForResource PutMetricFilter PutRetentionPolicy TagResource UntagResource",
                ),
                [arn(f"logs:{everywhere}:log-group:{name}") for name in (ours, f"aws-waf-logs-{ours}")],
            ),
            allowing(
                "Budgets", ["budgets:ModifyBudget", "budgets:ViewBudget"], arn(f"budgets::${{AWS::AccountId}}:budget/{ours}")
            ),
            allowing(
                "Alerts",
                actions_of(
                    "sns", "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe TagResource UntagResource"
                ),
                arn(f"sns:{everywhere}:{configuration.stack_name('web-alerts')}"),
            ),
        ],
        "edge": [
            allowing(
                "Api",
                [f"apigateway:{verb}" for verb in ("DELETE", "GET", "PATCH", "POST", "PUT")],
                [arn(f"apigateway:${{AWS::Region}}::/{path}") for path in ("apis", "apis/*", "tags/*")],
            ),
            allowing("Distribution", _cloudfront_actions(), arn("cloudfront::${AWS::AccountId}:*")),
            allowing(
                "Site",
                actions_of(
                    "s3",
                    "CreateBucket DeleteBucketPolicy GetBucketPolicy PutBucketLogging PutBucketOwnershipControls "
                    "PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning "
                    "PutEncryptionConfiguration PutLifecycleConfiguration",
                ),
                arn(f"s3:::{configuration.stack_name('web-*')}"),
            ),
            *_key_statements(everywhere),
            allowing(
                "Firewall",
                actions_of(
                    "wafv2",
                    "AssociateWebACL CreateWebACL DeleteLoggingConfiguration DeleteWebACL GetLoggingConfiguration "
                    "GetWebACL PutLoggingConfiguration TagResource UntagResource UpdateWebACL",
                ),
                [arn(f"wafv2:{everywhere}:global/{kind}/*") for kind in ("webacl", "managedruleset")],
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
        allowing("Keys", actions_of("kms", verbs), arn(f"kms:{everywhere}:key/*"), tag),
    ]


def _role_statements(configuration: Configuration, boundary: ManagedPolicy) -> list[Statement]:
    """Roles of this environment's stacks, made only with the boundary, handed only to the services that use them."""
    roles = arn(f"iam::${{AWS::AccountId}}:role/{configuration.stack_name('*')}")
    return [
        allowing(
            "RolesWithinBoundary",
            actions_of("iam", "CreateRole PutRolePolicy PutRolePermissionsBoundary DeleteRolePolicy"),
            roles,
            {"ArnEquals": {"iam:PermissionsBoundary": Ref(boundary)}},
        ),
        allowing(
            "Roles",
            actions_of("iam", "DeleteRole GetRole GetRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRoleDescription"),
            roles,
        ),
        hand_over(configuration, "ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"),
    ]


def _cloudfront_actions() -> list[str]:
    actions = [f"cloudfront:{verb}{noun}" for noun in _CLOUDFRONT_OBJECTS for verb in ("Delete", "Get", "Update")]
    return [
        *actions,
        "cloudfront:DescribeFunction",
        "cloudfront:PublishFunction",
        "cloudfront:TagResource",
        "cloudfront:UntagResource",
    ]
