"""Roles of the embedded account: taking one on, as ECS does for a task, and changing what it may do, for the proofs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.rehearsal.account import Account

ECS: Final = "ecs-tasks.amazonaws.com"


class TrustError(Exception):
    """A role does not trust who has to take it on."""


def credentials(account: Account, role_arn: str) -> dict[str, str]:
    """Temporary keys of a task's role, as the environment variables every AWS SDK reads.

    Only ECS may take such a role on, and the embedded AWS has no ECS that runs containers. So it is checked that the
    role trusts ECS; then, for this one call, it trusts the account as well. Raises TrustError otherwise.
    """
    iam, name = account.client("iam"), role_name(role_arn)
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    if not any(statement.get("Principal", {}).get("Service") == ECS for statement in trust["Statement"]):
        raise TrustError(f"The role {name} does not trust {ECS}, so no task could run with it.")
    number = account.client("sts").get_caller_identity()["Account"]
    for_this_call = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{number}:root"}}
    widened = {**trust, "Statement": [*trust["Statement"], for_this_call]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(widened))
    try:
        keys = account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="rehearsal")["Credentials"]
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def role_name(role_arn: str) -> str:
    """The last part of a role's ARN."""
    return role_arn.rsplit("/", 1)[1]


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource, whichever statements of a role's policies grant it."""

    action: str
    resource: str


def as_list(value: str | list[str]) -> list[str]:
    """IAM writes a single action or resource without a list around it."""
    return [value] if isinstance(value, str) else value


def reduced(statement: Mapping[str, Any], permission: Permission) -> list[Mapping[str, Any]]:
    """The statement without one action on one resource, as the statements that say so: none, one or two."""
    actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
    if permission.action not in actions or permission.resource not in resources:
        return [statement]
    others = [action for action in actions if action != permission.action]
    elsewhere = [resource for resource in resources if resource != permission.resource]
    result: list[Mapping[str, Any]] = []
    if others:
        result.append({**statement, "Action": others})
    if elsewhere:
        # A statement's id is unique in its policy.
        rest = {key: value for key, value in statement.items() if key != "Sid"}
        result.append({**rest, "Action": [permission.action], "Resource": elsewhere})
    return result


class RolePolicies:
    """The inline policies of a role: what it may do, and what it may do without one permission."""

    def __init__(self, account: Account, role_arn: str) -> None:
        self.role = role_name(role_arn)
        self._iam = account.client("iam")
        names = self._iam.list_role_policies(RoleName=self.role)["PolicyNames"]
        self.documents: dict[str, Mapping[str, Any]] = {
            name: self._iam.get_role_policy(RoleName=self.role, PolicyName=name)["PolicyDocument"] for name in names
        }

    def permissions(self) -> list[Permission]:
        """Every action and resource the role is granted, each once, in the order of its policies."""
        found = [
            Permission(action, resource)
            for document in self.documents.values()
            for statement in document["Statement"]
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        ]
        return list(dict.fromkeys(found))

    @contextmanager
    def without(self, permission: Permission) -> Iterator[None]:
        """The role without this one permission, for the length of the block."""
        for policy, document in self.documents.items():
            statements = [part for statement in document["Statement"] for part in reduced(statement, permission)]
            self._put(policy, {**document, "Statement": statements})
        try:
            yield
        finally:
            for policy, document in self.documents.items():
                self._put(policy, document)

    def _put(self, policy: str, document: Mapping[str, Any]) -> None:
        if not document["Statement"]:  # a policy has at least one
            self._iam.delete_role_policy(RoleName=self.role, PolicyName=policy)
            return
        self._iam.put_role_policy(RoleName=self.role, PolicyName=policy, PolicyDocument=json.dumps(document))
