"""Trust and permission documents, written one way everywhere."""

from collections.abc import Collection
from typing import Any, Final

from troposphere import Ref, Sub

from deploy.configuration import APPLICATION, Configuration

Statement = dict[str, Any]
"""One statement of a policy document."""

SENDS_ACCOUNT: Final = frozenset({"ecs-tasks.amazonaws.com", "scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com"})
"""Services that say for which account they take a role on (each service's page on the confused deputy).

The others (EC2, AWS Backup, CloudFormation) do not, and a condition would lock them out; they are handed roles by
iam:PassRole, which works within one account only.
"""


def trusting(service: str) -> dict[str, Any]:
    """A trust policy for one AWS service; for this account only where the service says for whom it acts."""
    condition = {"Condition": {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}}
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            **(condition if service in SENDS_ACCOUNT else {}),
        }
    )


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
