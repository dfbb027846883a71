"""Roles of tasks and of what starts them: bounded, and each with one policy."""

from collections.abc import Sequence
from typing import Any, Final

from troposphere import If, NoValue, Ref, iam

from deploy.shared.roles import Statement, allowing, arn, document, trusting
from deploy.shared.stack_template import StackTemplate

TASKS: Final = "ecs-tasks.amazonaws.com"


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
        TASKS,
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
    return iam.Role(
        logical_id,
        stack,
        Path=stack.configuration.role_path,
        Description=description,
        AssumeRolePolicyDocument=trusting(service),
        PermissionsBoundary=If("HasPermissionsBoundaryArn", Ref("PermissionsBoundaryArn"), NoValue),
        Policies=[iam.Policy(PolicyName="permissions", PolicyDocument=document(*statements))],
    )
