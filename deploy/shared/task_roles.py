"""Roles of tasks and of what starts them: bounded, and each with one policy."""

from collections.abc import Sequence
from typing import Any

from troposphere import NoValue, Ref, Sub, iam

from deploy.shared.roles import Statement, allowing, arn, document, trusting
from deploy.shared.stack_template import StackTemplate


def add_boundary_parameter(stack: StackTemplate) -> None:
    """The most that a role of this stack may ever be given; the deploy role of stack ``bootstrap`` may not create any without."""
    stack.optional(
        "PermissionsBoundaryArn",
        "Pipeline",
        "Permissions boundary of every role here: the output BoundaryArn of stack bootstrap when a pipeline deploys; else empty.",
        AllowedPattern=r"(arn:[a-z-]+:iam::[0-9]{12}:policy/[\w+=,.@/-]+)?",
        ConstraintDescription="the ARN of a managed policy, or empty",
    )


def add_task_role(stack: StackTemplate, scope: str, description: str, statements: Sequence[Statement]) -> iam.Role:
    """What the process itself may do."""
    return add_role(stack, f"{scope}TaskRole", description, "ecs-tasks.amazonaws.com", statements)


def add_execution_role(stack: StackTemplate, scope: str, secrets: Sequence[Any], log_groups: Sequence[Any]) -> iam.Role:
    """What ECS may do to start the containers of ``scope``: pull images, read exactly their secrets (ARNs), write their logs."""
    # ECR hands out tokens for the whole registry: the action takes no resource. Which repositories, their policies say.
    token = allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*")
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    bootstrap = stack.configuration.stack_name("bootstrap")
    repositories = arn(f"ecr:${{AWS::Region}}:${{AWS::AccountId}}:repository/{bootstrap}-*")
    return add_role(
        stack,
        f"{scope}ExecutionRole",
        f"Lets ECS start the containers of {scope.lower()}.",
        "ecs-tasks.amazonaws.com",
        [
            token,
            allowing("PullImages", pull, repositories),
            allowing("ReadSecrets", ["secretsmanager:GetSecretValue"], list(secrets)),
            allowing(
                "WriteLogs",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [
                    Sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:*", Group=group)
                    for group in log_groups
                ],
            ),
        ],
    )


def add_role(stack: StackTemplate, logical_id: str, description: str, service: str, statements: Sequence[Statement]) -> iam.Role:
    """A role that ``service`` takes on for this account, with ``statements`` as its only policy."""
    return stack.add_resource(
        iam.Role(
            logical_id,
            Path=stack.configuration.role_path,
            Description=description,
            AssumeRolePolicyDocument=trusting(service),
            PermissionsBoundary=stack.if_given("PermissionsBoundaryArn", Ref("PermissionsBoundaryArn"), NoValue),
            Policies=[iam.Policy(PolicyName="permissions", PolicyDocument=document(*statements))],
        )
    )
