"""`deploy.py down`: an environment is removed to the last trace, or all of it but its data.

Stacks go last first. Buckets are emptied, versions too, right before their stack is deleted. What a stack would retain is
first made deletable, by the same template with other policies, so that CloudFormation itself deletes it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from deploy.configuration import APPLICATION
from deploy.release import account
from deploy.release.deployment import Deployable, DeploymentError
from deploy.release.rollout import Rollout

UNPROTECTED: Final[Mapping[str, Any]] = {
    "DeletionProtectionEnabled": False,  # of a table
    "DeletionProtection": "INACTIVE",  # of a user pool
    "EmptyOnDelete": True,  # of an image repository
}
"""Properties that keep a resource from being deleted, and their values without protection."""


class Removal(Rollout):
    """The removal of one environment."""

    def run(self) -> None:
        """Show what goes, ask for the environment's name, remove it, and list what is left.

        Raises DeploymentError before anything is removed, or with the first cause of a failure: run it again to go on.
        """
        name = self.options.environment
        existing = [stack for stack in reversed(self.stacks(self.regions)) if self.deployed(stack.definition.name).status]
        if self.configuration.is_production and existing:
            raise DeploymentError(
                f"{name} is in production, and nothing was removed. If its users and their data may go, first give it another "
                f"profile: python deploy/deploy.py up --environment {name} --profile standard. "
                f"Then: python deploy/deploy.py down --environment {name} --with-data."
            )
        if not existing:
            self.console.print("Nothing to remove: none of the stacks exists.")
        else:
            self._confirm(existing)
        deleted: set[str] = set()
        for stack in existing:
            found = self.deployer(stack.region).resources(stack.name)
            stays = self._remove(stack)
            deleted |= {physical_id for logical_id, _, physical_id in found if logical_id not in stays}
            note = f" It retains {', '.join(stays)}." if stays else ""
            self.console.print(f"{stack.name}: removed.{note}")
        self._list_left(deleted)

    def _confirm(self, existing: Sequence[Deployable]) -> None:
        for stack in existing:
            resources = self._resources(stack)
            kept = [] if self.options.with_data else _retained(resources)
            note = f", of which {', '.join(kept)} stay" if kept else ""
            self.console.print(f"{stack.name}: {len(resources)} resources{note}")
        if self.configuration.settings.retain and not self.options.with_data:
            self.console.print("The data stays in the account and is billed. --with-data removes it too.")
        name = self.options.environment
        typed = self.options.yes or input(f"Removing {name} cannot be undone. Type its name to go on: ").strip()
        if typed != name:
            raise DeploymentError(f"{typed!r} is not {name!r}. Nothing was removed.")

    def _remove(self, stack: Deployable) -> list[str]:
        """Remove a stack; returns the logical ids of what stays."""
        if self.options.with_data:
            self._make_deletable(stack)
        self._empty(stack)
        try:
            return self.deployer(stack.region).remove(stack)
        except DeploymentError:
            self._empty(stack)  # of logs that arrived meanwhile
            return self.deployer(stack.region).remove(stack)

    def _make_deletable(self, stack: Deployable) -> None:
        """Deploy the stack's template once more, with nothing retained or protected."""
        deployer, resources = self.deployer(stack.region), self._resources(stack)
        # Every environment of the account signs in with GitHub's provider: it stays.
        ours = [resources[name] for name in _retained(resources) if resources[name]["Type"] != "AWS::IAM::OIDCProvider"]
        if not ours:
            return
        for resource in ours:
            del resource["DeletionPolicy"], resource["UpdateReplacePolicy"]
            properties = resource.get("Properties", {})
            properties |= {name: value for name, value in UNPROTECTED.items() if name in properties}
        # CloudFormation takes other deletion policies only together with a change of a resource.
        resources["Removal"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        template = {**deployer.template(stack.name), "Resources": resources}
        deployer.execute(deployer.plan(replace(stack, template=template), {}))

    def _empty(self, stack: Deployable) -> None:
        """Delete what keeps a bucket or vault, that goes with its stack, from being deleted."""
        kept = _retained(self._resources(stack))
        for logical_id, kind, name in self.deployer(stack.region).resources(stack.name):
            if logical_id in kept:
                continue
            if kind == "AWS::S3::Bucket":
                versions = self.session.resource("s3", stack.region).Bucket(name).object_versions
                if deleted := sum(len(batch.get("Deleted", [])) for batch in versions.delete()):
                    self.console.print(f"  {name}: {deleted} versions of objects deleted")
            elif kind == "AWS::Backup::BackupVault":
                backup = self.client("backup", stack.definition.name)
                points = backup.get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=name)
                for arn in points.search("RecoveryPoints[].RecoveryPointArn"):
                    backup.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=arn)

    def _list_left(self, deleted: set[str]) -> None:
        """What carries the environment's tags after all, in each of its regions."""
        tags = {"app": APPLICATION, "env": self.options.environment}
        filters = [{"Key": key, "Values": [value]} for key, value in tags.items()]
        left = set()
        for stack in {region: stack for stack, region in self.regions.items()}.values():
            pages = self.client("resourcegroupstaggingapi", stack).get_paginator("get_resources").paginate(TagFilters=filters)
            left |= set(pages.search("ResourceTagMappingList[].ResourceARN"))
        # Tags are forgotten later than what carried them: what CloudFormation has deleted is not left.
        gone = {arn for arn in left if deleted & {arn, arn.replace("/", ":").split(":")[-1]}}
        left = {arn for arn in left - gone if not arn.endswith(account.GITHUB_PROVIDER)}
        self.console.print(f"Left in the account with the tag env={self.options.environment}: {len(left) or 'nothing'}")
        for arn in sorted(left):
            self.console.print(f"  {arn}")

    def _resources(self, stack: Deployable) -> dict[str, Any]:
        """The resources of the deployed template, by logical id; none of a stack that was never made."""
        absent = self.deployed(stack.definition.name).is_absent
        return {} if absent else dict(self.deployer(stack.region).template(stack.name)["Resources"])


def _retained(resources: Mapping[str, Mapping[str, Any]]) -> Collection[str]:
    """Logical ids of the resources (JSON data) that outlive their stack."""
    return [name for name, resource in resources.items() if resource.get("DeletionPolicy", "Delete") != "Delete"]
