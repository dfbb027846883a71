"""Roles of tasks and of what starts them: bounded, and each with one policy."""

from collections.abc import Sequence
from typing import Any

from troposphere import Ref, iam

from deploy.shared.roles import Statement, allowing, arn, document, trusting
from deploy.shared.stack_template import StackTemplate


def add_task_role(stack: StackTemplate, scope: str, description: str, statements: Sequence[Statement]) -> iam.Role:
    """What the process itself may do."""
    return add_role(stack, f"{scope}TaskRole", description, "ecs-tasks.amazonaws.com", statements)


def add_execution_role(stack: StackTemplate, scope: str, secrets: Sequence[Any], log_groups: Sequence[Any]) -> iam.Role:
    """What ECS may do to start the containers of ``scope``: pull images, read exactly their secrets (ARNs), write their logs."""
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    bootstrap = stack.configuration.stack_name("bootstrap")
    repositories = arn(f"ecr:${{AWS::Region}}:${{AWS::AccountId}}:repository/{bootstrap}-*")
    streams = [arn("logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:*", Group=group) for group in log_groups]
    return add_role(
        stack,
        f"{scope}ExecutionRole",
        f"Lets ECS start the containers of {scope.lower()}.",
        "ecs-tasks.amazonaws.com",
        [
            # ECR hands out tokens for the whole registry: the action takes no resource. Which repositories, their policies say.
            allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
            allowing("PullImages", pull, repositories),
            allowing("ReadSecrets", ["secretsmanager:GetSecretValue"], list(secrets)),
            allowing("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
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
            PermissionsBoundary=stack.if_given("PermissionsBoundaryArn", Ref("PermissionsBoundaryArn")),
            Policies=[iam.Policy(PolicyName="permissions", PolicyDocument=document(*statements))],
        )
    )
