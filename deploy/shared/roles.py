"""Roles, and trust and permission documents, written one way everywhere."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from troposphere import If, NoValue, Ref, Sub, iam

from deploy.configuration import APPLICATION, Configuration
from deploy.shared.stack_template import StackTemplate

Statement = dict[str, Any]
"""One statement of a policy document."""

TASKS: Final = "ecs-tasks.amazonaws.com"
SENDS_ACCOUNT: Final = frozenset({TASKS, "scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com"})
"""Services that say for which account they take a role on (each service's page on the confused deputy).

The others (EC2, AWS Backup, CloudFormation) do not, and a condition would lock them out; they are handed roles by
iam:PassRole, which works within one account only.
"""


def trusting(service: str) -> dict[str, Any]:
    """A trust policy for one AWS service; for this account only where the service says for whom it acts."""
    own_account = {"Condition": {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}}
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document({**statement, **(own_account if service in SENDS_ACCOUNT else {})})


def allowing(sid: str, actions: Collection[str], resources: Any, condition: dict[str, Any] | None = None) -> Statement:
    """One Allow statement; ``actions`` are sorted, so that the order in code never changes a template.

    A single resource stands alone, as IAM allows: stack bootstrap has many, and is near the limit of a template's size.
    """
    single = isinstance(resources, list) and len(resources) == 1
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources[0] if single else resources}
    return statement | ({"Condition": condition} if condition else {})


def granting(sid: str, service: str, action: str, resource: Any, **equal: Any) -> Statement:
    """One statement of a resource's policy: what a ``service`` may do while these keys of the request are ``equal``."""
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return statement | ({"Condition": {"StringEquals": equal}} if equal else {})


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document of ``statements``."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def arn(rest: str, **names: Any) -> Sub:
    """``arn:<partition>:<rest>``, where ``rest`` may name pseudo parameters, parameters, resources and ``names``."""
    return Sub(f"arn:${{AWS::Partition}}:{rest}", **names)


def tagged(configuration: Configuration, where: str = "Resource") -> dict[str, str]:
    """For a condition: what the tags of this environment's resources say; ``where`` is Resource, or Request for new ones."""
    return {f"aws:{where}Tag/app": APPLICATION, f"aws:{where}Tag/env": configuration.environment}


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
