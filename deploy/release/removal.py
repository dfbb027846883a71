"""`deploy.py down`: an environment is removed to the last trace, or all of it but its data.

Stacks go last first. Buckets are emptied, versions too, right before their stack is deleted. What a stack would retain is
first made deletable, by the same template with other policies, so that CloudFormation itself deletes it.
"""

import argparse
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import boto3
from rich.console import Console

from deploy.configuration import APPLICATION
from deploy.release import account
from deploy.release.confirmation import typed
from deploy.release.deployment import Deployer, DeploymentError, is_absent
from deploy.release.plans import Deployable
from deploy.release.rollout import Rollout

UNPROTECTED: Final[Mapping[str, Any]] = {
    "DeletionProtectionEnabled": False,  # of a table
    "DeletionProtection": "INACTIVE",  # of a user pool
    "EmptyOnDelete": True,  # of an image repository
}
"""Properties that keep a resource from being deleted, and their values without protection."""
OF_THE_ACCOUNT: Final = "AWS::IAM::OIDCProvider"
"""Every environment of the account signs in with GitHub's: it stays."""


class Removal:
    """The removal of one environment."""

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        self._options = options
        self._session = session
        self._console = console
        self._rollout = Rollout(options, session, console)
        self._deleted: set[str] = set()

    def run(self) -> None:
        """Show what goes, ask for the environment's name, remove it, and list what is left.

        Raises DeploymentError before anything is removed, or with the first cause of a failure: run it again to go on.
        """
        name = self._options.environment
        everything = self._rollout.stacks(list(self._rollout.regions))
        existing = [stack for stack in reversed(everything) if self._deployer(stack).find(stack.name)]
        if self._rollout.configuration.is_production and existing:
            raise DeploymentError(
                f"{name} is in production, and nothing was removed. If its users and their data may go, first give it another "
                f"profile: python deploy/deploy.py up --environment {name} --profile standard. "
                f"Then: python deploy/deploy.py down --environment {name} --with-data."
            )
        if not existing:
            self._console.print("Nothing to remove: none of the stacks exists.")
        else:
            self._show(existing)
            typed(name, self._options.yes, f"Removing {name} cannot be undone.")
        for stack in existing:
            stays = self._remove(stack)
            note = f" It retains {', '.join(stays)}." if stays else ""
            self._console.print(f"{stack.name}: removed.{note}")
        self._list_left()

    def _show(self, existing: Sequence[Deployable]) -> None:
        for stack in existing:
            resources = self._resources(stack)
            kept = [] if self._options.with_data else _retained(resources)
            note = f", of which {', '.join(kept)} stay" if kept else ""
            self._console.print(f"{stack.name}: {len(resources)} resources{note}")
        if self._rollout.configuration.settings.retain and not self._options.with_data:
            self._console.print("The data stays in the account and is billed. --with-data removes it too.")

    def _remove(self, stack: Deployable) -> list[str]:
        """Remove a stack; returns the logical ids of what stays."""
        deployer = self._deployer(stack)
        if self._options.with_data:
            self._make_deletable(stack, deployer)
        found = deployer.resources(stack.name)
        self._empty(stack)
        try:
            stays = deployer.remove(stack.name, lift_protection=stack.protected)
        except DeploymentError:
            self._empty(stack)  # of logs that arrived meanwhile
            stays = deployer.remove(stack.name, lift_protection=stack.protected)
        self._deleted |= {physical_id for logical_id, _, physical_id in found if logical_id not in stays}
        return stays

    def _make_deletable(self, stack: Deployable, deployer: Deployer) -> None:
        """Deploy the stack's template once more, with nothing retained or protected."""
        resources = self._resources(stack)
        ours = [resources[name] for name in _retained(resources) if resources[name]["Type"] != OF_THE_ACCOUNT]
        if not ours:
            return
        for resource in ours:
            del resource["DeletionPolicy"], resource["UpdateReplacePolicy"]
            properties = resource.get("Properties", {})
            properties |= {name: value for name, value in UNPROTECTED.items() if name in properties}
        # CloudFormation takes other deletion policies only together with a change of a resource.
        resources["Removal"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        template = {**deployer.template(stack.name), "Resources": resources}
        deployer.execute(deployer.plan(Deployable(stack.name, template, stack.region, stack.tags), {}))

    def _empty(self, stack: Deployable) -> None:
        """Delete what keeps a bucket or vault, that goes with its stack, from being deleted."""
        deployer = self._deployer(stack)
        kept = _retained(self._resources(stack))
        for logical_id, kind, name in deployer.resources(stack.name):
            if logical_id in kept:
                continue
            if kind == "AWS::S3::Bucket":
                versions = self._session.resource("s3", stack.region).Bucket(name).object_versions
                if deleted := sum(len(batch.get("Deleted", [])) for batch in versions.delete()):
                    self._console.print(f"  {name}: {deleted} versions of objects deleted")
            elif kind == "AWS::Backup::BackupVault":
                backup = self._rollout.client("backup", stack.tags["stack"])
                points = backup.get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=name)
                for arn in points.search("RecoveryPoints[].RecoveryPointArn"):
                    backup.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=arn)

    def _list_left(self) -> None:
        """What carries the environment's tags after all, in each of its regions."""
        tags = {"app": APPLICATION, "env": self._options.environment}
        filters = [{"Key": key, "Values": [value]} for key, value in tags.items()]
        left = set()
        for stack in {region: stack for stack, region in self._rollout.regions.items()}.values():
            tagging = self._rollout.client("resourcegroupstaggingapi", stack)
            pages = tagging.get_paginator("get_resources").paginate(TagFilters=filters)
            left |= set(pages.search("ResourceTagMappingList[].ResourceARN"))
        # Tags are forgotten later than what carried them: what CloudFormation has deleted is not left.
        left = {arn for arn in left if not arn.endswith(account.GITHUB_PROVIDER) and not self._is_deleted(arn)}
        self._console.print(f"Left in the account with the tag env={self._options.environment}: {len(left) or 'nothing'}")
        for arn in sorted(left):
            self._console.print(f"  {arn}")

    def _is_deleted(self, arn: str) -> bool:
        parts = arn.replace("/", ":").split(":")
        return arn in self._deleted or parts[-1] in self._deleted

    def _resources(self, stack: Deployable) -> dict[str, Any]:
        """The resources of the deployed template, by logical id; none of a stack that was never made."""
        deployer = self._deployer(stack)
        return {} if is_absent(deployer.find(stack.name)) else dict(deployer.template(stack.name)["Resources"])

    def _deployer(self, stack: Deployable) -> Deployer:
        return self._rollout.deployer(stack.region)


def _retained(resources: Mapping[str, Mapping[str, Any]]) -> Collection[str]:
    """Logical ids of the resources (JSON data) that outlive their stack."""
    return [name for name, resource in resources.items() if resource.get("DeletionPolicy", "Delete") != "Delete"]
