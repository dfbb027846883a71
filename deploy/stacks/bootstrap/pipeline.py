"""What a pipeline may do: its own role, and the boundary of every role that it makes.

CloudFormation changes stacks for it with a role of its own (stack_role.py), and may make roles only within the
boundary: no role that the pipeline makes can do more than the services need, whatever a changed template says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from troposphere import GetAtt, Sub

from deploy.configuration import APPLICATION
from deploy.shared.roles import allowing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere.ecr import Repository
    from troposphere.iam import Role

    from deploy.configuration import Configuration

Statement = dict[str, Any]

PIPELINE_STACKS: Final = ("services", "purge", "api", "web", "operations")
"""The stacks a pipeline deploys. Foundations are an administrator's, whose mistakes are rarer and seen by two."""


def boundary_statements(configuration: Configuration) -> list[Statement]:
    """The most that tasks, their starters and the schedule need, on this environment's resources."""
    ours = configuration.stack_name("*")
    return [
        allowing(
            "Data",
            [f"dynamodb:{verb}Item" for verb in ("ConditionCheck", "Delete", "Get", "Put", "Update")] + ["dynamodb:Query"],
            arn(f"dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{ours}"),
        ),
        allowing(
            "Attachments",
            [
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:ListBucket",
                "s3:PutObject",
            ],
            [arn(f"s3:::{ours}"), arn(f"s3:::{ours}/*")],
        ),
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing(
            "Images",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            arn("ecr:${AWS::Region}:${AWS::AccountId}:repository/*"),
        ),
        allowing(
            "Secrets",
            ["secretsmanager:GetSecretValue"],
            arn("secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*"),
        ),
        allowing(
            "Logs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            arn(f"logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{ours}"),
        ),
        allowing("Purge", ["ecs:RunTask"], arn("ecs:${AWS::Region}:${AWS::AccountId}:task-definition/*")),
        hand_over(configuration, "ecs-tasks.amazonaws.com"),
    ]


def deploy_statements(configuration: Configuration, repositories: Sequence[Repository], stack_role: Role) -> list[Statement]:
    """The pipeline's own role: push images, start changes of its stacks, publish the site's files."""
    stacks = [arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name(name)}/*") for name in PIPELINE_STACKS]
    push = ("CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart")
    pull = ("BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer")
    change = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet")
    read = ("DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate", "ListStackResources")
    site = configuration.stack_name("web-*")
    return [
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing("Images", [f"ecr:{verb}" for verb in push + pull], [GetAtt(repository, "Arn") for repository in repositories]),
        allowing("Changes", [f"cloudformation:{verb}" for verb in change + read], stacks),
        # Checking a template, or who imports an export, reads and nothing else; neither knows a resource.
        allowing("Check", ["cloudformation:ListImports", "cloudformation:ValidateTemplate"], "*"),
        *_ways_on(configuration),
        allowing(
            "ReadFoundations",
            ["cloudformation:DescribeStacks"],
            arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name('*')}/*"),
        ),
        allowing(
            "HandStackRole",
            ["iam:PassRole"],
            GetAtt(stack_role, "Arn"),
            {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
        ),
        allowing("Site", ["s3:ListBucket"], arn(f"s3:::{site}")),
        allowing("SiteFiles", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], arn(f"s3:::{site}/*")),
        # The distribution's id is known only after the stack web is there; the account holds the boundary.
        allowing(
            "FreshSite",
            ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            arn("cloudfront::${AWS::AccountId}:distribution/*"),
        ),
        # The pool's id is known only after the stack identity is there: the tags that stack carries say which is ours.
        allowing(
            "SmokeTest",
            actions_of("cognito-idp", "AdminCreateUser AdminDeleteUser AdminSetUserPassword"),
            arn("cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/*"),
            {"StringEquals": {"aws:ResourceTag/app": APPLICATION, "aws:ResourceTag/env": configuration.environment}},
        ),
    ]


def _ways_on(configuration: Configuration) -> list[Statement]:
    """After a failure: why tasks stopped, and the removal of the one stack that holds nothing, when its creation failed."""
    here = "${AWS::Region}:${AWS::AccountId}"
    platform = configuration.stack_name("platform-*")
    cluster = {"ArnLike": {"ecs:cluster": arn(f"ecs:{here}:cluster/{platform}")}}
    operations = configuration.stack_name("operations")
    return [
        allowing("ClearOperations", ["cloudformation:DeleteStack"], arn(f"cloudformation:{here}:stack/{operations}/*")),
        # Neither knows a resource that has a name before the task is there.
        allowing("StoppedTasks", ["ecs:ListTasks"], "*", cluster),
        allowing("TaskDefinitions", ["ecs:DescribeTaskDefinition"], "*"),
        allowing("WhyTasksStopped", ["ecs:DescribeTasks"], arn(f"ecs:{here}:task/{platform}/*")),
        allowing("TheirLastLines", ["logs:GetLogEvents"], arn(f"logs:{here}:log-group:{platform}:log-stream:*")),
    ]


def hand_over(configuration: Configuration, *services: str) -> Statement:
    """This environment's roles may be handed to these services only."""
    return allowing(
        "HandRoles",
        ["iam:PassRole"],
        arn(f"iam::${{AWS::AccountId}}:role/{configuration.stack_name('*')}"),
        {"StringEquals": {"iam:PassedToService": list(services)}},
    )


def actions_of(service: str, verbs: str) -> list[str]:
    """``actions_of("sns", "Publish Subscribe")`` is ``["sns:Publish", "sns:Subscribe"]``."""
    return [f"{service}:{verb}" for verb in verbs.split()]


def arn(rest: str) -> Sub:
    """``arn:<partition>:<rest>``, where ``rest`` may name pseudo parameters."""
    return Sub(f"arn:${{AWS::Partition}}:{rest}")
