"""The stacks of one environment, one after the other: what each is given, what would change, the change.

Inside a region stacks import each other's exports. Over regions, and against the order, outputs travel as parameters.
"""

import argparse
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from rich.console import Console

from deploy import smoke
from deploy.configuration import APPLICATION, Configuration
from deploy.containers import TEST_HEADER
from deploy.release import account, changes, diagnosis, smoke_gate
from deploy.release.deployment import Deployable, Deployed, Deployer, DeploymentError, Plan
from deploy.stacks import DISTRIBUTION_REGION, STACKS, Stack

BOOTSTRAP: Final = "bootstrap"
"""Deployed by an administrator, and so only when named."""
RETRIES: Final = Config(retries={"mode": "standard", "max_attempts": 8})
"""A deployment asks CloudFormation again and again for half an hour: some calls are throttled."""
PROFILE_TAG: Final = "profile"
"""Of stack bootstrap, which remembers what the environment is."""


class ParameterError(ValueError):
    """A parameter is unknown or missing; the message says which and what to write."""


class Rollout:
    """The stacks of the environment that ``options`` choose, in the account of ``session``.

    A parameter that is given on the command line reaches every stack that declares it. Stacks remember theirs: an update of one
    image does not need the domain, the certificate and the address for alerts again.
    """

    made_meanwhile: Collection[str] = ()
    """Parameters whose values are known by the time their stack is deployed."""

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        self.regions = {stack.name: stack.region or session.region_name for stack in STACKS}
        self.options = options
        self.console = console
        self.given = dict(options.parameters)
        self.session = session
        # A client in the region of a stack, by its short name. Making one takes a good part of a second.
        self.client = cache(lambda service, stack: session.client(service, self.regions[stack]))
        self.deployer = cache(self._deployer)
        bootstrap = Configuration(options.environment).stack_name(BOOTSTRAP)
        self.deployed_profile = self.deployer(session.region_name).find(bootstrap).tags.get(PROFILE_TAG, "")
        chosen = {**vars(options), "profile": options.profile or self.deployed_profile}
        self.configuration = Configuration.of(argparse.Namespace(**chosen))

    def stacks(self, names: Collection[str] | None = None) -> list[Deployable]:
        """The named stacks (default: all but ``bootstrap``) in deploy order."""
        wanted = names or [stack.name for stack in STACKS if stack.name != BOOTSTRAP]
        return [self._deployable(stack) for stack in STACKS if stack.name in wanted]

    def _deployable(self, stack: Stack) -> Deployable:
        tags = {"app": APPLICATION, "env": self.configuration.environment, "stack": stack.name}
        if stack.name == BOOTSTRAP:
            tags[PROFILE_TAG] = self.configuration.profile
        if self.options.owner:
            tags["owner"] = self.options.owner
        template = stack.template(self.configuration).to_dict()
        return Deployable(stack, self.configuration.stack_name(stack.name), template, self.regions[stack.name], tags)

    def _deployer(self, region: str) -> Deployer:
        client = self.session.client("cloudformation", region, config=RETRIES)
        confirmed = self.options.confirm
        return Deployer(client, self.console, confirmed=confirmed, role=self._role, meanwhile=self._smoke_gate)

    def deployed(self, stack: str) -> Deployed:
        """The stack of that short name, as it is deployed."""
        return self.deployer(self.regions[stack]).find(self.configuration.stack_name(stack))

    def outputs(self, stack: str) -> Mapping[str, str]:
        """Outputs of the deployed stack of that short name; empty when there is none."""
        return self.deployed(stack).outputs

    def _role(self, name: str) -> dict[str, str]:
        """The role CloudFormation assumes, from the outputs of `bootstrap`; none for `bootstrap` itself, or before it exists."""
        bootstrap = self.configuration.stack_name(BOOTSTRAP)
        roles = self.deployer(self.session.region_name).find(bootstrap).outputs
        role = roles.get("StackRoleArn" if getattr(self.options, "pipeline", False) else "AdministratorRoleArn")
        return {"RoleARN": role} if role and name != bootstrap else {}

    def made_here(self, stack: Deployable) -> Mapping[str, str]:
        """Parameters that the command itself knows."""
        return {}

    def values(self, stack: Deployable) -> dict[str, str]:
        """The parameters of a stack that are known now; what it holds a value for already need not be among them."""
        inputs = {**stack.definition.inputs, **stack.definition.later}
        outputs = {source: self.outputs(source) for source in inputs.values()}
        known = {name: outputs[source][name] for name, source in inputs.items() if name in outputs[source]}
        known |= {"DistributionRegion": DISTRIBUTION_REGION, **self.made_here(stack), **self.given, **self._zones(stack)}
        return {name: value for name, value in known.items() if name in stack.template.get("Parameters", {})}

    def _zones(self, stack: Deployable) -> dict[str, str]:
        """The Availability Zones of a network that is still to be made. It cannot be moved to others later."""
        name = "ZoneIds"
        if name not in stack.template.get("Parameters", {}) or not self.deployed(stack.definition.name).is_absent:
            return {}
        given = self.given[name].split(",") if name in self.given else ()
        return {name: account.zone_ids(self.client("ec2", stack.definition.name), stack.region, given)}

    def _lacking(self, stack: Deployable, stacks: Sequence[Deployable]) -> dict[str, str]:
        """Name to purpose of each parameter that would have no value when ``stacks``, of which this is one, are deployed."""
        names = {each.definition.name for each in stacks}
        awaited = {name for name, source in stack.definition.inputs.items() if source in names}
        known = {*self.values(stack), *awaited, *self.made_meanwhile, *self.deployed(stack.definition.name).parameters}
        return {
            name: declaration["Description"].rstrip(".")
            for name, declaration in stack.template.get("Parameters", {}).items()
            if name not in known and "Default" not in declaration
        }

    def _check_known(self, stacks: Sequence[Deployable]) -> None:
        known = {name for stack in stacks for name in stack.template.get("Parameters", {})}
        if unknown := sorted(self.given.keys() - known):
            names = ", ".join(sorted(known)) or "none"
            raise ParameterError(f"No selected stack takes a parameter named {', '.join(unknown)}. They take: {names}.")

    def check(self, stacks: Sequence[Deployable]) -> None:
        """Raises ParameterError before anything is done when a stack, perhaps the last one, would lack a value."""
        self._check_known(stacks)
        for stack in stacks:
            if lacking := self._lacking(stack, stacks):
                needed = ", ".join(f"{name} ({purpose})" for name, purpose in lacking.items())
                given = " ".join(f"{name}=…" for name in lacking)
                raise ParameterError(f"Stack {stack.name} needs a value for {needed}: add --parameters {given}")

    def preview(self, stacks: Sequence[Deployable]) -> None:
        """Show what deploying the stacks would change. Changes nothing, and needs nothing to be there yet."""
        self._check_known(stacks)
        for stack in stacks:
            plan = self.deployer(stack.region).preview(stack, self.values(stack))
            self._show(plan, whole=True)
            for change in changes.unconfirmed(plan.changes, self.options.confirm):
                self.console.print(f"A deployment stops here unless --confirm {change.logical_id} is given.")
            for name, purpose in self._lacking(stack, stacks).items():
                self.console.print(f"A deployment needs --parameters {name}=… ({purpose}).")

    def deploy(self, stacks: Sequence[Deployable]) -> None:
        """Deploy the stacks in order, then give their outputs to the stacks before them that take them as parameters.

        A stack that no longer exports what another imports comes last: CloudFormation refuses to remove an export in use.
        """
        names = {stack.definition.name for stack in stacks}
        if self.configuration.uses_ec2 and "platform" in names:
            # So that EC2 instances that are launched from now on hold more tasks than they have network interfaces.
            # Source: Amazon ECS developer guide, "Increasing Amazon ECS Linux container instance network interfaces".
            self.client("ecs", "platform").put_account_setting_default(name="awsvpcTrunking", value="enabled")
        for stack in sorted(stacks, key=self._loses_import):
            self.deploy_one(stack, self.values(stack))
        for definition in STACKS:
            later = {name for name, source in definition.later.items() if source in names}
            if later and not getattr(self.options, "pipeline", False):
                (stack,) = self.stacks([definition.name])
                values = {name: value for name, value in self.values(stack).items() if name in later}
                existing = self.deployed(definition.name)
                if existing.status and not values.items() <= existing.parameters.items():
                    self.deploy_one(stack, values, as_deployed=True)

    def deploy_one(self, stack: Deployable, values: Mapping[str, str], *, as_deployed: bool = False) -> None:
        """Plan, show, execute one stack, and say how long it took. ``as_deployed``: by the template that it has."""
        deployer, start = self.deployer(stack.region), datetime.now(UTC)
        try:
            plan = deployer.plan(stack, values, as_deployed=as_deployed)
            self._show(plan, whole=not plan.is_new)
            deployer.execute(plan)
        except ClientError as error:
            raise DeploymentError(f"{stack.name}: {error}") from error
        except DeploymentError as error:
            raise DeploymentError("\n".join(filter(None, [str(error), self._stopped_tasks(stack, start)]))) from error
        if plan.change_set:
            self.console.print(f"{stack.name} is up to date after {(datetime.now(UTC) - start).total_seconds():,.0f} s.")

    def _loses_import(self, stack: Deployable) -> bool:
        """Whether another stack imports what the deployed stack exports and the new one does not."""
        named = (output.get("Export", {}).get("Name") for output in stack.template.get("Outputs", {}).values())
        kept = {name["Fn::Sub"].replace("${AWS::StackName}", stack.name) for name in named if name}
        lost = self.deployed(stack.definition.name).exports - kept
        return any(account.is_imported(self.client("cloudformation", stack.definition.name), name) for name in lost)

    def _smoke_gate(self, name: str) -> None:
        """Make the visitor's journey when new tasks of a service wait for it."""
        if name == self.configuration.stack_name("services"):
            found = self.deployer(self.regions["services"]).resources(name)
            services = [arn for _, kind, arn in found if kind == "AWS::ECS::Service" and arn]
            smoke_gate.decide(self.client("ecs", "services"), services, self._new_tasks_work, self.console)

    def _new_tasks_work(self) -> bool:
        host = self.outputs("web").get("DistributionHost")
        if host is None:
            self.console.print("There is no site yet to make the journey at.")
            return True
        try:
            return smoke.smoke(f"https://{host}", self.console, dict([TEST_HEADER]))
        except smoke.JourneyError as error:
            self.console.print(str(error))
            return False

    def _stopped_tasks(self, stack: Deployable, since: datetime) -> str:
        """Why tasks of a stack with an ECS service stopped: CloudFormation does not say."""
        if "AWS::ECS::Service" not in {resource["Type"] for resource in stack.template["Resources"].values()}:
            return ""
        ecs, logs = (self.client(service, stack.definition.name) for service in ("ecs", "logs"))
        return diagnosis.stopped_tasks(ecs, logs, self.outputs("platform")["ClusterName"], since)

    def _show(self, plan: Plan, *, whole: bool) -> None:
        """What a plan would do; only in how many resources unless ``whole``."""
        title = f"{plan.stack.name} ({'new' if plan.is_new else 'exists'})"
        if plan.changes and not whole:
            self.console.print(f"{title}: {len(plan.changes)} resources")
        elif plan.changes:
            self.console.print(changes.table(title, plan.changes))
        elif plan.change_set is None:
            self.console.print(f"{plan.stack.name}: no changes.")
        else:
            self.console.print(f"{title}: only outputs or metadata change.")
