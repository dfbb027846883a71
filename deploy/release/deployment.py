"""One stack at a time: what would change, the change, and its removal.

Every sentence of a DeploymentError is for the person at the terminal and says what to do.
"""

import json
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from botocore.exceptions import ClientError, WaiterError
from rich.console import Console

from deploy.release import changes
from deploy.release.diagnosis import first_cause, line
from deploy.stacks import Stack


class DeploymentError(Exception):
    """A stack could not be planned, deployed or removed; the message is the first real cause and what to do."""


@dataclass(frozen=True, slots=True)
class Deployable:
    """A stack to be deployed under ``name``. ``template`` is JSON data."""

    definition: Stack
    name: str
    template: Mapping[str, Any]
    region: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack as CloudFormation describes it; without a status there is none. ``exports`` are their names."""

    id: str = ""
    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    exports: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_absent(self) -> bool:
        """Whether it is still to be made: there is none, or only a plan for it, or the remains of a failed creation."""
        return self.status in {"", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}

    @property
    def is_changing(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment would do. ``change_set``: the id to execute; None when nothing changes, and of a preview."""

    stack: Deployable
    changes: list[changes.Change]
    is_new: bool
    change_set: str | None = None


@dataclass(frozen=True)
class Deployer:
    """Deploys stacks through one CloudFormation client.

    ``confirmed`` names the resources that may be replaced or removed although they hold data. ``role(stack's name)`` is the
    RoleARN that CloudFormation takes on, as an argument. It keeps a stack's role, so every change and delete names its own.
    ``meanwhile(stack's name)`` is called again and again while an operation runs: every ``seconds``.
    """

    client: Any
    console: Console
    confirmed: Collection[str] = ()
    seconds: float = 5
    role: Callable[[str], Mapping[str, Any]] = lambda _: {}
    meanwhile: Callable[[str], None] = lambda _: None

    def find(self, name: str) -> Deployed:
        """The deployed stack of that name (or id)."""
        try:
            found = self.client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return Deployed()
        outputs = found.get("Outputs", [])
        return Deployed(
            found["StackId"],
            found["StackStatus"],
            parameters={each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])},
            outputs={each["OutputKey"]: each["OutputValue"] for each in outputs},
            exports=frozenset(each["ExportName"] for each in outputs if "ExportName" in each),
            tags={each["Key"]: each["Value"] for each in found.get("Tags", [])},
        )

    def template(self, name: str) -> Any:
        """The template of a deployed stack, as JSON data."""
        body = self.client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
        return json.loads(body) if isinstance(body, str) else body

    def resources(self, name: str) -> list[tuple[str, str, str]]:
        """Logical id, type and physical id of each resource that a deployed stack has."""
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=name)
        found = [each for page in pages for each in page["StackResourceSummaries"] if each["ResourceStatus"] != "DELETE_COMPLETE"]
        return [(each["LogicalResourceId"], each["ResourceType"], each.get("PhysicalResourceId", "")) for each in found]

    def preview(self, stack: Deployable, given: Mapping[str, str]) -> Plan:
        """What a deployment would do, leaving nothing behind. A new stack may still lack values and what it imports."""
        if self._deployable(stack.name).is_absent:
            return Plan(stack, changes.additions(stack.template), is_new=True)
        plan = self.plan(stack, given)
        self.discard(plan)
        return plan

    def plan(self, stack: Deployable, given: Mapping[str, str], *, as_deployed: bool = False) -> Plan:
        """A change set for the stack, ready to execute. The caller executes or discards it.

        A parameter that is not ``given`` keeps its value.
        ``as_deployed``: the template stays the one that the stack has, and ``given`` changes some of its parameters.
        """
        existing = self._deployable(stack.name)
        if existing.status == "ROLLBACK_COMPLETE":
            self.console.print(f"{stack.name}: the remains of a failed creation are removed first.")
            self.remove(stack)
            existing = Deployed()
        names: Collection[str] = existing.parameters
        template: Any = {"UsePreviousTemplate": True}
        if not as_deployed:
            template = {"TemplateBody": json.dumps(stack.template, separators=(",", ":"))}
            names = [name for name in stack.template.get("Parameters", {}) if name in existing.parameters or name in given]
        # Its owner stays who it was until another one is given.
        tags = {"owner": "todo-team", **existing.tags, **stack.tags}
        created = self.client.create_change_set(
            StackName=stack.name,
            ChangeSetName=f"deploy-{uuid.uuid4().hex[:12]}",
            ChangeSetType="CREATE" if existing.is_absent else "UPDATE",
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": name, **({"ParameterValue": given[name]} if name in given else {"UsePreviousValue": True})}
                for name in names
            ],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            **template,
            **self.role(stack.name),
        )
        return self._review(Plan(stack, [], existing.is_absent, created["Id"]))

    def discard(self, plan: Plan) -> None:
        """Throw a plan away, and the empty stack of a new one's plan. Failing to hides nothing that is raised next."""
        try:
            if plan.change_set and plan.is_new:
                self.client.delete_stack(StackName=plan.stack.name, **self.role(plan.stack.name))
            elif plan.change_set:
                self.client.delete_change_set(ChangeSetName=plan.change_set)
        except ClientError as error:
            self.console.print(f"The change set of {plan.stack.name} stays: {error}")

    def execute(self, plan: Plan) -> None:
        """Carry a plan out and show it happening. Raises DeploymentError: nothing was done, or AWS has undone it."""
        stack = plan.stack
        if waiting := changes.unconfirmed(plan.changes, self.confirmed):
            self.discard(plan)
            fates = ", ".join(f"{change.logical_id} would be {change.kind.removesuffix('?')}" for change in waiting)
            named = " ".join(f"--confirm {change.logical_id}" for change in waiting)
            raise DeploymentError(
                f"{stack.name}: {fates}, and what it holds would be lost to the application. Nothing was changed. "
                f"If that is meant, run again with {named}."
            )
        if plan.change_set:
            if not plan.is_new and self.confirmed:
                self._set_policy(stack, allowed=self.confirmed)
            token = f"deploy-{uuid.uuid4().hex}"
            # A first creation that fails leaves nothing behind, not even what is retained later.
            options: Any = {"RetainExceptOnCreate": True} if plan.is_new else {}
            stack_id = self.find(stack.name).id
            self.client.execute_change_set(ChangeSetName=plan.change_set, ClientRequestToken=token, **options)
            status, events = self._follow(stack.name, stack_id, token)
            if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                raise DeploymentError(f"{stack.name} was not deployed and is in {status}. First cause: {first_cause(events)}")
        self._set_policy(stack)
        if stack.definition.protected:
            self.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=True)

    def remove(self, stack: Deployable) -> list[str]:
        """Delete a stack and wait. Returns the logical ids that stay because their policy retains them."""
        found = self.find(stack.name)
        if not found.status:
            return []
        if stack.definition.protected:
            self.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
        token = f"remove-{uuid.uuid4().hex}"
        self.client.delete_stack(StackName=found.id, ClientRequestToken=token, **self.role(stack.name))
        status, events = self._follow(stack.name, found.id, token)
        if status != "DELETE_COMPLETE":
            raise DeploymentError(f"{stack.name} was not removed and is in {status}. First cause: {first_cause(events)}")
        return [event["LogicalResourceId"] for event in events if event.get("ResourceStatus") == "DELETE_SKIPPED"]

    def interrupt(self, name: str) -> None:
        """Cancel an update that is running, which undoes it, and wait until the stack takes changes again."""
        if self.find(name).status == "UPDATE_IN_PROGRESS":
            self.client.cancel_update_stack(StackName=name)
        while self.find(name).is_changing:
            time.sleep(self.seconds)

    def _deployable(self, name: str) -> Deployed:
        existing = self.find(name)
        if existing.status.endswith("_FAILED"):
            raise DeploymentError(
                f"{name} is in {existing.status}, which takes no change: see docs/how-to/runbook.md#a-stack-that-is-stuck."
            )
        if existing.is_changing:
            raise DeploymentError(
                f"{name} is in {existing.status}: somebody else is changing it. Wait until that has ended, then run this again."
            )
        return existing

    def _review(self, plan: Plan) -> Plan:
        """Wait for the plan's change set and return the plan with its changes, without a change set when there are none."""
        name = plan.change_set or ""
        try:
            waiting: Any = {"Delay": min(self.seconds, 2), "MaxAttempts": 900}
            self.client.get_waiter("change_set_create_complete").wait(ChangeSetName=name, WaiterConfig=waiting)
        except WaiterError as error:
            self.discard(plan)
            reason = str(error.last_response.get("StatusReason", error))
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                return Plan(plan.stack, [], plan.is_new)
            raise DeploymentError(f"{plan.stack.name}: CloudFormation cannot plan this change: {reason}") from error
        pages = self.client.get_paginator("describe_change_set").paginate(ChangeSetName=name)
        found = [change["ResourceChange"] for page in pages for change in page["Changes"] if "ResourceChange" in change]
        return Plan(plan.stack, [changes.classify(change) for change in found], plan.is_new, name)

    def _follow(self, name: str, stack_id: str, token: str) -> tuple[str, list[Mapping[str, Any]]]:
        """Print what the operation with this token does until it ends; returns the stack's status, and its events in order."""
        events: list[Mapping[str, Any]] = []
        while True:
            status = self.find(stack_id).status or "DELETE_COMPLETE"
            fresh = self._events_after(events, stack_id, token)
            events += fresh
            for event in fresh:
                if event["PhysicalResourceId"] != stack_id and not event["ResourceStatus"].endswith("_IN_PROGRESS"):
                    self.console.print(line(event))
            # The status may still be that of the operation before: this one has started when it has events.
            if events and not status.endswith("_IN_PROGRESS"):
                return status, events
            if status != "DELETE_COMPLETE":
                self.meanwhile(name)
            time.sleep(self.seconds)

    def _events_after(self, known: list[Mapping[str, Any]], stack_id: str, token: str) -> list[Mapping[str, Any]]:
        """The operation's further events, oldest first. A stack runs one operation at a time; the API lists the newest first."""
        seen = {event["EventId"] for event in known}
        newest_first = self.client.get_paginator("describe_stack_events").paginate(StackName=stack_id).search("StackEvents[]")
        fresh = takewhile(lambda event: event["EventId"] not in seen and event.get("ClientRequestToken") == token, newest_first)
        return list(fresh)[::-1]

    def _set_policy(self, stack: Deployable, allowed: Collection[str] = ()) -> None:
        """A stack policy under which no update replaces or removes what holds data, unless it is ``allowed``."""
        stateful = changes.stateful_ids(stack.template)
        if not stateful:
            return
        guarded = [f"LogicalResourceId/{name}" for name in stateful if name not in allowed]
        everything = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
        deny = {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*", "Resource": guarded}
        body = json.dumps({"Statement": [everything, deny] if guarded else [everything]})
        try:
            self.client.set_stack_policy(StackName=stack.name, StackPolicyBody=body)
        except ClientError as error:
            if "AccessDenied" not in str(error):
                raise
            # A pipeline may not: the policy an administrator set stays, which is the stricter thing anyway.
            self.console.print(f"{stack.name}: these keys may not set its stack policy; the one it has stays.")
