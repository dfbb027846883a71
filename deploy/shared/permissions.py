"""What each role may do: the calls its process makes, on the resources it makes them on, and no other.

``make rehearse`` holds these statements against the running application in both directions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Join, NoValue, Ref, Sub
from troposphere.iam import Policy, Role

from deploy.shared.roles import allowing, arn, document, trusting
from deploy.shared.stores import NOUNS, table_arn
from deploy.stacks.data.tables import PURGE_INDEX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.shared.roles import Statement
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


def add_task_role(stack: StackTemplate, scope: str, description: str, statements: Sequence[Statement]) -> Role:
    """What the process itself may do."""
    return add_role(stack, f"{scope}TaskRole", description, "ecs-tasks.amazonaws.com", statements)


def add_execution_role(stack: StackTemplate, scope: str, secrets: Sequence[Any], log_groups: Sequence[Any]) -> Role:
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


def add_role(stack: StackTemplate, logical_id: str, description: str, service: str, statements: Sequence[Statement]) -> Role:
    """A role that ``service`` takes on for this account, with ``statements`` as its only policy."""
    return stack.add_resource(
        Role(
            logical_id,
            Path=stack.configuration.role_path,
            Description=description,
            AssumeRolePolicyDocument=trusting(service),
            PermissionsBoundary=stack.if_given("PermissionsBoundaryArn", Ref("PermissionsBoundaryArn"), NoValue),
            Policies=[Policy(PolicyName="permissions", PolicyDocument=document(*statements))],
        )
    )


def todos_statements(stack: StackTemplate) -> list[Statement]:
    """The service ``todos``: its table, and the list index of it, which can be queried and nothing else."""
    return [
        allowing("Todos", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], table_arn(stack, "Todos")),
        allowing("ListTodos", ["dynamodb:Query"], _index(stack, "Todos", "bySchedule")),
    ]


def files_statements(stack: StackTemplate) -> list[Statement]:
    """The service ``files``: its table and index, the to-do's condition and count, and the objects."""
    return [
        allowing(
            "TodoOfFile",
            ["dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            table_arn(stack, "Todos"),
        ),
        allowing("Files", ["dynamodb:GetItem", "dynamodb:PutItem"], table_arn(stack, "Files")),
        allowing("ListFiles", ["dynamodb:Query"], _index(stack, "Files", "byListing")),
        allowing("Bucket", ["s3:ListBucket"], _bucket(stack)),
        allowing(
            "Objects",
            ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            Join("/", [_bucket(stack), "*"]),
        ),
    ]


def purge_statements(stack: StackTemplate) -> list[Statement]:
    """The scheduled purge: finds what is due by the index and deletes objects, rows, to-dos. It reads no object."""
    tables = [table_arn(stack, noun) for noun in NOUNS]
    return [
        allowing("FindDue", ["dynamodb:Query"], [_index(stack, noun, PURGE_INDEX) for noun in NOUNS]),
        allowing("FilesOfTodo", ["dynamodb:Query"], table_arn(stack, "Files")),
        allowing("DeleteRows", ["dynamodb:DeleteItem", "dynamodb:GetItem"], tables),
        allowing("DeleteObjects", ["s3:DeleteObject"], Join("/", [_bucket(stack), "*"])),
    ]


def _index(stack: StackTemplate, noun: str, index: str) -> Join:
    return Join("/index/", [table_arn(stack, noun), index])


def _bucket(stack: StackTemplate) -> Any:
    return stack.imported("data", "AttachmentsBucketArn")
