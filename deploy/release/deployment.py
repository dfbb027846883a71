"""One stack at a time: what would change, the change, and the way back. Release and rehearsal use it too.

Every sentence of a DeploymentError is for the person at the terminal and says what to do.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError, WaiterError

from deploy.release import changes, events, parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from rich.console import Console

TEMPLATE_LIMIT: Final = 51_200  # bytes of a template sent without a bucket
CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")
NOTHING_TO_DO: Final = ("didn't contain changes", "No updates are to be performed")
LONGEST_HOURS: Final = 3

# States in which a stack takes no change set, with what gets it out of them.
STUCK: Final = {
    "CREATE_FAILED": "its creation failed half-way; remove it with --destroy, then deploy again",
    "ROLLBACK_FAILED": "undoing its failed creation failed; remove it with --destroy, then deploy again",
    "DELETE_FAILED": "removing it failed; look at its events, then finish with --destroy",
    "UPDATE_FAILED": "an update failed and was not undone; run `aws cloudformation rollback-stack --stack-name {name}`",
    "UPDATE_ROLLBACK_FAILED": "undoing a failed update failed; repair the resource its events name, then run "
    "`aws cloudformation continue-update-rollback --stack-name {name}`",
}


class DeploymentError(Exception):
    """A stack could not be planned, deployed or removed; the message is the first real cause and what to do."""


class ConfirmationNeededError(DeploymentError):
    """Data may be lost and nobody named the resource."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What is to be deployed under ``name``.

    ``template`` is JSON data; ``protected`` stacks cannot be deleted by accident.
    """

    name: str
    template: Mapping[str, Any]
    region: str
    tags: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False

    @property
    def body(self) -> str:
        return json.dumps(self.template, separators=(",", ":"))

    @property
    def stateful_ids(self) -> list[str]:
        return [name for name, resource in self.template["Resources"].items() if resource["Type"] in changes.STATEFUL_TYPES]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment would do.

    ``change_set`` is the id to execute; None when nothing changes, or when the stack is new and was only looked at.
    """

    stack: Stack
    changes: list[changes.Change]
    is_new: bool
    change_set: str | None = None
    stack_id: str | None = None


class Deployer:
    """Deploys stacks through one CloudFormation client.

    ``confirmed`` names the resources that may be replaced or removed although they hold data. ``role_arn`` is the role that
    CloudFormation takes on for changes and keeps for the stack; without one it acts as whoever calls.
    """

    def __init__(
        self,
        client: CloudFormationClient,
        console: Console,
        *,
        confirmed: Collection[str] = (),
        seconds: float = 5,
        role_arn: str | None = None,
    ) -> None:
        """``seconds`` between two questions of a waiter: 5 for AWS, a fraction for the embedded AWS."""
        self._client = client
        self._console = console
        self._confirmed = confirmed
        self._role: Any = {"RoleARN": role_arn} if role_arn else {}
        self._waiting: Any = {"Delay": seconds, "MaxAttempts": int(LONGEST_HOURS * 3600 / seconds)}

    def find(self, name: str) -> StackTypeDef | None:
        """The deployed stack of that name (or id); None when there is none."""
        try:
            return self._client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return None
            raise

    def outputs(self, name: str) -> dict[str, str]:
        """Outputs of a deployed stack by key; empty when the stack does not exist."""
        stack = self.find(name)
        return {output["OutputKey"]: output["OutputValue"] for output in (stack.get("Outputs", []) if stack else [])}

    def preview(self, stack: Stack, given: Mapping[str, str]) -> Plan:
        """What a deployment would do, leaving nothing behind.

        For a new stack not even a change set is made, so it may lack values and what it imports.
        """
        existing = self._deployable(stack.name)
        if existing is None or existing["StackStatus"] in {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}:
            return Plan(stack, changes.additions(stack.template), is_new=True)
        plan = self.plan(stack, given)
        self.discard(plan)
        return plan

    def plan(self, stack: Stack, given: Mapping[str, str]) -> Plan:
        """A change set for the stack, ready to execute. The caller executes or discards it."""
        if (size := len(stack.body.encode())) > TEMPLATE_LIMIT:
            raise DeploymentError(
                f"{stack.name}: its template has {size:,} bytes; the limit is {TEMPLATE_LIMIT:,}. Split the stack."
            )
        existing = self._deployable(stack.name)
        if existing is not None and existing["StackStatus"] == "ROLLBACK_COMPLETE":
            self._console.print(f"{stack.name}: the remains of a failed creation are removed first.")
            self.remove(stack.name)
            existing = None
        is_new = existing is None or existing["StackStatus"] == "REVIEW_IN_PROGRESS"
        held = parameters.remembered(existing)
        try:
            created = self._client.create_change_set(
                StackName=stack.name,
                ChangeSetName=f"deploy-{uuid.uuid4().hex[:12]}",
                ChangeSetType="CREATE" if is_new else "UPDATE",
                TemplateBody=stack.body,
                Parameters=parameters.for_stack(stack.name, stack.template, given, held),
                Capabilities=list(CAPABILITIES),
                **self._role,
                Tags=[{"Key": key, "Value": value} for key, value in stack.tags.items()],
            )
        except ClientError as error:
            raise DeploymentError(f"{stack.name}: {error.response['Error'].get('Message', error)}") from error
        plan = Plan(stack, [], is_new, created["Id"], created["StackId"])
        found = self._review(plan)
        if found is None:
            self.discard(plan)
            return Plan(stack, [], is_new)
        return Plan(stack, found, is_new, created["Id"], created["StackId"])

    def discard(self, plan: Plan) -> None:
        """Throw a plan away, and with it the empty stack that a plan for a new one leaves."""
        if plan.is_new and plan.stack_id:
            self._client.delete_stack(StackName=plan.stack_id)
        elif plan.change_set:
            self._client.delete_change_set(ChangeSetName=plan.change_set)

    def execute(self, plan: Plan) -> None:
        """Carry a plan out and show it happening.

        Raises ConfirmationNeededError (nothing was done) or DeploymentError (AWS has undone it).
        """
        if waiting := changes.unconfirmed(plan.changes, self._confirmed):
            self.discard(plan)
            fates = ", ".join(f"{change.logical_id} would be {change.kind.removesuffix('?')}" for change in waiting)
            named = " ".join(f"--confirm {change.logical_id}" for change in waiting)
            raise ConfirmationNeededError(
                f"{plan.stack.name}: {fates}, and what it holds would be lost to the application. Nothing was changed. "
                f"If that is meant, run again with {named}."
            )
        if plan.change_set and plan.stack_id:
            if not plan.is_new:
                self._guard(plan.stack, self._confirmed)
            self._run(plan)
        self._guard(plan.stack, ())
        if plan.stack.protected:
            self._client.update_termination_protection(StackName=plan.stack.name, EnableTerminationProtection=True)

    def remove(self, name: str, *, lift_protection: bool = False) -> list[str]:
        """Delete a stack and wait. Returns the logical ids that stay because their policy retains them."""
        stack = self.find(name)
        if stack is None:
            return []
        if lift_protection:
            self._client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
        token = f"remove-{uuid.uuid4().hex}"
        operation = events.Operation(self._client, stack["StackId"], token)
        total = sum(
            len(page["StackResourceSummaries"])
            for page in self._client.get_paginator("list_stack_resources").paginate(StackName=name)
        )
        try:
            self._client.delete_stack(StackName=stack["StackId"], ClientRequestToken=token)
            with events.shown_while_waiting(self._client, operation, self._console, f"removing {name}", total):
                self._client.get_waiter("stack_delete_complete").wait(StackName=stack["StackId"], WaiterConfig=self._waiting)
        except ClientError as error:
            raise DeploymentError(f"{name}: {error.response['Error'].get('Message', error)}") from error
        except WaiterError as error:
            raise DeploymentError(f"{name} was not removed. First cause: {operation.first_cause() or error}") from error
        return operation.kept()

    def _deployable(self, name: str) -> StackTypeDef | None:
        existing = self.find(name)
        status = existing["StackStatus"] if existing else ""
        if status in STUCK:
            raise DeploymentError(f"{name} is in {status}: {STUCK[status].format(name=name)}.")
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            raise DeploymentError(
                f"{name} is in {status}: somebody else is changing it. Wait until that has ended, then run this again."
            )
        return existing

    def _review(self, plan: Plan) -> list[changes.Change] | None:
        """Wait for the plan's change set and return its changes; None when there is nothing to execute."""
        name = plan.change_set or ""
        waiting: Any = {**self._waiting, "Delay": min(self._waiting["Delay"], 2)}
        try:
            self._client.get_waiter("change_set_create_complete").wait(ChangeSetName=name, WaiterConfig=waiting)
        except WaiterError as error:
            reason = str(error.last_response.get("StatusReason", error))
            if any(phrase in reason for phrase in NOTHING_TO_DO):
                return None
            self.discard(plan)
            raise DeploymentError(f"{plan.stack.name}: CloudFormation cannot plan this change: {reason}") from error
        pages = self._client.get_paginator("describe_change_set").paginate(ChangeSetName=name)
        found = [change["ResourceChange"] for page in pages for change in page["Changes"] if "ResourceChange" in change]
        return [changes.classify(change) for change in found]

    def _run(self, plan: Plan) -> None:
        name, stack_id = plan.stack.name, plan.stack_id or ""
        token = f"deploy-{uuid.uuid4().hex}"
        operation = events.Operation(self._client, stack_id, token)
        # A first creation that fails leaves nothing behind, not even what is retained later.
        options: Any = {"RetainExceptOnCreate": True} if plan.is_new else {}
        waiter = (
            self._client.get_waiter("stack_create_complete") if plan.is_new else self._client.get_waiter("stack_update_complete")
        )
        try:
            self._client.execute_change_set(ChangeSetName=plan.change_set or "", ClientRequestToken=token, **options)
            with events.shown_while_waiting(self._client, operation, self._console, f"deploying {name}", len(plan.changes)):
                waiter.wait(StackName=stack_id, WaiterConfig=self._waiting)
        except ClientError as error:
            raise DeploymentError(f"{name}: {error.response['Error'].get('Message', error)}") from error
        except WaiterError as error:
            cause = operation.first_cause() or str(error)
            stack = self.find(stack_id)
            status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
            raise DeploymentError(f"{name} was not deployed and is in {status}. First cause: {cause}") from error

    def _guard(self, stack: Stack, confirmed: Collection[str]) -> None:
        """A stack policy under which no update, whoever makes it, replaces or removes what holds data.

        What is ``confirmed`` may go.
        """
        guarded = [name for name in stack.stateful_ids if name not in confirmed]
        if not stack.stateful_ids and not confirmed:
            return
        statements: list[dict[str, Any]] = [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]
        if guarded:
            resources = [f"LogicalResourceId/{name}" for name in guarded]
            statements.append(
                {
                    "Effect": "Deny",
                    "Action": ["Update:Replace", "Update:Delete"],
                    "Principal": "*",
                    "Resource": resources,
                }
            )
        try:
            self._client.set_stack_policy(StackName=stack.name, StackPolicyBody=json.dumps({"Statement": statements}))
        except ClientError as error:
            if "AccessDenied" not in error.response["Error"].get("Code", ""):
                raise
            # A pipeline may not: the policy an administrator set stays, which is the stricter thing anyway.
            self._console.print(f"{stack.name}: these keys may not set its stack policy; the one it has stays.")
