"""The stacks of one environment, one after the other: what each is given, what would change, the change, the removal.

Inside a region stacks import each other's exports. Over regions, and against the order, outputs travel as parameters.
"""

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config
from rich.console import Console

from deploy import smoke
from deploy.configuration import APPLICATION, Configuration
from deploy.containers import TEST_HEADER
from deploy.release import account, changes, diagnosis, parameters, smoke_gate
from deploy.release.deployment import Deployer, DeploymentError, is_absent
from deploy.release.plans import Deployable, Plan
from deploy.stacks import STACKS, Stack

BOOTSTRAP: Final = "bootstrap"
"""Deployed by an administrator, and so only when named."""
RETRIES: Final = Config(retries={"mode": "standard", "max_attempts": 8})
"""A deployment asks CloudFormation again and again for half an hour: some calls are throttled."""
PROFILE_TAG: Final = "profile"
"""Of stack bootstrap, which remembers what the environment is."""
ZONE_IDS: Final = "ZoneIds"
PROTECTED: Final = frozenset({"bootstrap", "network", "data", "identity"})
"""Get termination protection everywhere."""


class Rollout:
    """The stacks of the environment that ``options`` choose, in the account of ``session``.

    Values given on the command line reach every stack that declares them; ``made_here(stack)`` is what the caller knows besides.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        session: boto3.Session,
        console: Console,
        made_here: Callable[[Deployable], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self.regions = {stack.name: stack.region or session.region_name for stack in STACKS}
        self.options = options
        self._is_pipeline = getattr(options, "pipeline", False)
        self._session = session
        self._console = console
        self.given = parameters.parse(options.parameters)
        self._made_here = made_here
        self._deployers: dict[str, Deployer] = {}
        self.client = cache(self._client)  # making one takes a good part of a second
        self.deployed_profile = self._deployed_profile()
        chosen = {**vars(options), "profile": options.profile or self.deployed_profile}
        self.configuration = Configuration.of(argparse.Namespace(**chosen))

    def _deployed_profile(self) -> str:
        """The profile that the environment has; empty when it is still to be made."""
        name = Configuration(self.options.environment).stack_name(BOOTSTRAP)
        return parameters.remembered_tags(self.deployer(self._session.region_name).find(name)).get(PROFILE_TAG, "")

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
        name, protected = self.configuration.stack_name(stack.name), stack.name in PROTECTED
        return Deployable(name, template, self.regions[stack.name], tags, protected)

    def deployer(self, region: str) -> Deployer:
        """The region's, made when it is first needed."""
        if region not in self._deployers:
            client = self._session.client("cloudformation", region, config=RETRIES)
            self._deployers[region] = Deployer(
                client, self._console, confirmed=self.options.confirm, role=self._role, meanwhile=self._smoke_gate
            )
        return self._deployers[region]

    def outputs(self, stack: str) -> Mapping[str, str]:
        """Outputs of the deployed stack of that short name; empty when there is none."""
        return self.deployer(self.regions[stack]).outputs(self.configuration.stack_name(stack))

    def _role(self, name: str) -> dict[str, str]:
        """The role CloudFormation assumes, from the outputs of `bootstrap`; none for `bootstrap` itself, or before it exists."""
        bootstrap = self.configuration.stack_name(BOOTSTRAP)
        roles = self.deployer(self._session.region_name).outputs(bootstrap)
        role = roles.get("StackRoleArn" if self._is_pipeline else "AdministratorRoleArn")
        return {"RoleARN": role} if role and name != bootstrap else {}

    def values(self, stack: Deployable) -> dict[str, str]:
        """The parameters of a stack that are known now; what it holds a value for already need not be among them."""
        definition = next(each for each in STACKS if each.name == stack.tags["stack"])
        known, inputs = dict(definition.fixed), {**definition.inputs, **definition.later}
        outputs = {source: self.outputs(source) for source, _ in inputs.values()}
        known |= {name: outputs[source][output] for name, (source, output) in inputs.items() if output in outputs[source]}
        known |= {**self._made_here(stack), **self.given, **self._zones(stack)}
        return {name: value for name, value in known.items() if name in stack.template.get("Parameters", {})}

    def check(self, stacks: Sequence[Deployable], *, made_meanwhile: Collection[str] = ()) -> None:
        """Raises ParameterError before anything is done when a stack, perhaps the last one, would lack a value.

        ``made_meanwhile``: parameters whose values are known by the time their stack is deployed.
        """
        parameters.check_known(self.given, [stack.template for stack in stacks])
        for stack in stacks:
            known = {*self.values(stack), *_awaited(stack, stacks), *made_meanwhile}
            existing = self.deployer(stack.region).find(stack.name)
            if lacking := parameters.lacking(stack.template, known | parameters.remembered(existing)):
                needed = ", ".join(f"{name} ({purpose})" for name, purpose in lacking.items())
                given = " ".join(f"{name}=…" for name in lacking)
                raise parameters.ParameterError(f"Stack {stack.name} needs a value for {needed}: add --parameters {given}")

    def plan(self, stacks: Sequence[Deployable], *, made_meanwhile: Collection[str] = ()) -> None:
        """Show what deploying the stacks would change. Changes nothing, and needs nothing to be there yet.

        A new stack is shown whole; what it still has to be given stands below it.
        """
        parameters.check_known(self.given, [stack.template for stack in stacks])
        for stack in stacks:
            values = self.values(stack)
            plan = self.deployer(stack.region).preview(stack, values)
            self._show(plan, whole=True)
            for change in changes.unconfirmed(plan.changes, self.options.confirm):
                self._console.print(f"A deployment stops here unless --confirm {change.logical_id} is given.")
            if plan.is_new:
                known = {*values, *_awaited(stack, stacks), *made_meanwhile}
                for name, purpose in parameters.lacking(stack.template, known).items():
                    self._console.print(f"A deployment needs --parameters {name}=… ({purpose}).")

    def deploy(self, stacks: Sequence[Deployable]) -> None:
        """Deploy the stacks in order, then give their outputs to the stacks before them that take them as parameters.

        A stack that no longer exports what another imports comes last: CloudFormation refuses to remove an export in use.
        """
        changed = {stack.tags["stack"] for stack in stacks}
        if self.configuration.uses_ec2 and "platform" in changed:
            account.allow_trunking(self.client("ecs", "platform"))
        for stack in sorted(stacks, key=self._loses_import):
            self.deploy_one(stack, self.values(stack))
        for definition in STACKS:
            later = {parameter for parameter, (source, _) in definition.later.items() if source in changed}
            if later and not self._is_pipeline:
                (stack,) = self.stacks([definition.name])
                self._pass_on(stack, {name: value for name, value in self.values(stack).items() if name in later})

    def _pass_on(self, stack: Deployable, values: Mapping[str, str]) -> None:
        """Change parameters of a deployed stack to these ``values``, if it has others."""
        existing = self.deployer(stack.region).find(stack.name)
        held = {each["ParameterKey"]: each["ParameterValue"] for each in existing.get("Parameters", [])} if existing else {}
        if existing and not values.items() <= held.items():
            self.deploy_one(stack, values, as_deployed=True)

    def deploy_one(self, stack: Deployable, values: Mapping[str, str], *, as_deployed: bool = False) -> None:
        """Plan, show, execute one stack, and say how long it took. ``as_deployed``: by the template that it has."""
        deployer = self.deployer(stack.region)
        plan = deployer.plan(stack, values, as_deployed=as_deployed)
        self._show(plan, whole=not plan.is_new)
        begun = datetime.now(UTC)
        try:
            deployer.execute(plan)
        except DeploymentError as error:
            raise DeploymentError("\n".join(filter(None, [str(error), self._stopped_tasks(stack, begun)]))) from error
        if plan.change_set:
            self._console.print(f"{stack.name} is up to date after {(datetime.now(UTC) - begun).total_seconds():,.0f} s.")

    def _zones(self, stack: Deployable) -> dict[str, str]:
        """The Availability Zones of a network that is still to be made. It cannot be moved to others later."""
        if ZONE_IDS not in stack.template.get("Parameters", {}) or not is_absent(self.deployer(stack.region).find(stack.name)):
            return {}
        given = self.given[ZONE_IDS].split(",") if ZONE_IDS in self.given else ()
        return {ZONE_IDS: account.zone_ids(self.client("ec2", stack.tags["stack"]), stack.region, given)}

    def _loses_import(self, stack: Deployable) -> bool:
        """Whether another stack imports what the deployed stack exports and the new one does not."""
        existing: Mapping[str, Any] = self.deployer(stack.region).find(stack.name) or {}
        exported = {output["ExportName"] for output in existing.get("Outputs", []) if "ExportName" in output}
        named = (output.get("Export", {}).get("Name") for output in stack.template.get("Outputs", {}).values())
        lost = exported - {name["Fn::Sub"].replace("${AWS::StackName}", stack.name) for name in named if name}
        return any(account.is_imported(self.client("cloudformation", stack.tags["stack"]), name) for name in lost)

    def _smoke_gate(self, name: str) -> None:
        """Make the visitor's journey when new tasks of a service wait for it."""
        if name != self.configuration.stack_name("services"):
            return
        client = self.client("cloudformation", "services")
        found = client.describe_stack_resources(StackName=name)["StackResources"]
        services = [each.get("PhysicalResourceId", "") for each in found if each["ResourceType"] == "AWS::ECS::Service"]
        ecs = self.client("ecs", "services")
        smoke_gate.decide(ecs, [each for each in services if each], self._new_tasks_work, self._console)

    def _new_tasks_work(self) -> bool:
        host = self.outputs("web").get("DistributionHost")
        if host is None:
            self._console.print("There is no site yet to make the journey at.")
            return True
        try:
            return smoke.smoke(f"https://{host}", self._console, dict([TEST_HEADER]))
        except smoke.JourneyError as error:
            self._console.print(str(error))
            return False

    def _stopped_tasks(self, stack: Deployable, since: datetime) -> str:
        """Why tasks of a stack with an ECS service stopped: CloudFormation does not say."""
        if "AWS::ECS::Service" not in {resource["Type"] for resource in stack.template["Resources"].values()}:
            return ""
        ecs, logs = (self.client(service, stack.tags["stack"]) for service in ("ecs", "logs"))
        return diagnosis.stopped_tasks(ecs, logs, self.outputs("platform")["ClusterName"], since)

    def _client(self, service: Any, stack: str) -> Any:
        """A client in the region of a stack, by its short name."""
        return self._session.client(service, self.regions[stack])

    def _show(self, plan: Plan, *, whole: bool) -> None:
        """What a plan would do; only in how many resources unless ``whole``."""
        title = f"{plan.stack.name} ({'new' if plan.is_new else 'exists'})"
        if plan.changes and not whole:
            self._console.print(f"{title}: {len(plan.changes)} resources")
        elif plan.changes:
            self._console.print(changes.table(title, plan.changes))
        elif plan.change_set is None:
            self._console.print(f"{plan.stack.name}: no changes.")
        else:
            self._console.print(f"{title}: only outputs or metadata change.")


def _awaited(stack: Deployable, stacks: Collection[Deployable]) -> set[str]:
    """Parameters of ``stack`` whose values are outputs of others of ``stacks``: known once those are deployed."""
    definition = next(each for each in STACKS if each.name == stack.tags["stack"])
    names = {each.tags["stack"] for each in stacks}
    return {parameter for parameter, (source, _) in definition.inputs.items() if source in names}
