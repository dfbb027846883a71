"""Several stacks, one after the other: what each is given, what would change, and the change.

deploy_stack.py and release.py are two command lines of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.config import Config
from rich.markup import escape
from rich.table import Column, Table

from deploy.release import changes, parameters
from deploy.release.deployment import Deployer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Mapping, Sequence

    import boto3
    from rich.console import Console

    from deploy.release.assembly import Assembly
    from deploy.release.deployment import Plan, Stack


class Deployers(dict[str, Deployer]):
    """A Deployer for each region, made when it is first needed."""

    def __init__(self, session: boto3.Session, options: argparse.Namespace, console: Console) -> None:
        super().__init__()
        self._session = session
        self._options = options
        self._console = console

    def __missing__(self, region: str) -> Deployer:
        local = bool(self._options.endpoint_url)
        retries: Any = {"mode": "standard", "max_attempts": 2 if local else 8}
        client = self._session.client(
            "cloudformation", region, endpoint_url=self._options.endpoint_url, config=Config(retries=retries)
        )
        self[region] = Deployer(
            client,
            self._console,
            confirmed=self._options.confirm,
            seconds=0.1 if local else 5,
            role_arn=getattr(self._options, "role_arn", None),
        )
        return self[region]

    def outputs(self, name: str, region: str) -> dict[str, str]:
        """Outputs of a deployed stack; empty when there is none of that name in the region."""
        return self[region].outputs(name)


class Rollout:
    """Stacks of one environment, and the values their parameters get.

    ``given``: what a person gave, for every stack that declares it. ``made_here(stack)``: what the caller knows besides.
    """

    def __init__(
        self,
        assembly: Assembly,
        deployers: Deployers,
        console: Console,
        given: Mapping[str, str],
        made_here: Callable[[Stack], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._assembly = assembly
        self._deployers = deployers
        self._console = console
        self._given = given
        self._made_here = made_here

    def values(self, stack: Stack) -> dict[str, str]:
        """The parameters of a stack that are known now; what it holds a value for already need not be among them."""
        known = {**self._assembly.inputs(stack, self._deployers.outputs), **self._made_here(stack), **self._given}
        declared = stack.template.get("Parameters", {})
        return {name: value for name, value in known.items() if name in declared}

    def check(self, stacks: Sequence[Stack], *, made_meanwhile: Collection[str] = ()) -> None:
        """Raises ParameterError before anything is done when a stack, perhaps the last one, would lack a value.

        ``made_meanwhile``: parameters whose values are known by the time their stack is deployed.
        """
        parameters.check_known(self._given, [stack.template for stack in stacks])
        for stack in stacks:
            known = {*self.values(stack), *self._assembly.awaited(stack, stacks), *made_meanwhile}
            existing = self._deployers[stack.region].find(stack.name)
            parameters.check_complete(stack.name, stack.template, known | parameters.remembered(existing))

    def plan(self, stacks: Sequence[Stack], confirmed: Sequence[str], *, made_meanwhile: Collection[str] = ()) -> None:
        """Show what deploying the stacks would change. Changes nothing, and needs nothing to be there yet.

        ``confirmed``: what may lose its data. A new stack is shown whole; what it still has to be given stands below it.
        """
        parameters.check_known(self._given, [stack.template for stack in stacks])
        for stack in stacks:
            values = self.values(stack)
            plan = self._deployers[stack.region].preview(stack, values)
            show(plan, self._console, confirmed)
            if plan.is_new:
                known = {*values, *self._assembly.awaited(stack, stacks), *made_meanwhile}
                for name, purpose in parameters.lacking(stack.template, known).items():
                    self._console.print(f"[yellow]A deployment needs --parameters {name}=… ({escape(purpose)}).[/]")

    def deploy(self, stacks: Sequence[Stack]) -> None:
        """Deploy the stacks in order, and once more those that take something from a later one."""
        passed = {}
        for stack in stacks:
            passed[stack.name] = self.values(stack)
            self.deploy_one(stack, passed[stack.name])
        for stack in stacks:
            # What an earlier stack takes from a later one is known only now.
            if (values := self.values(stack)) != passed[stack.name]:
                self.deploy_one(stack, values)

    def deploy_one(self, stack: Stack, values: Mapping[str, str]) -> None:
        """Plan, show, execute one stack, and print its outputs."""
        deployer = self._deployers[stack.region]
        plan = deployer.plan(stack, values)
        show(plan, self._console)
        deployer.execute(plan)
        if outputs := deployer.outputs(stack.name):
            table = Table("output", Column("value", overflow="fold"), title=f"{stack.name} is up to date", title_justify="left")
            for name, value in outputs.items():
                table.add_row(name, escape(value))
            self._console.print(table)


def show(plan: Plan, console: Console, confirmed: Sequence[str] | None = None) -> None:
    """Print a plan. With ``confirmed`` (the plan is all there will be) also what a deployment would stop at."""
    if not plan.changes and plan.change_set is None:
        console.print(f"{plan.stack.name}: no changes.")
        return
    title = f"{plan.stack.name} ({'new' if plan.is_new else 'exists'})"
    if plan.changes:
        console.print(changes.table(title, plan.changes))
    else:
        console.print(f"{title}: only outputs or metadata change.")
    if confirmed is not None:
        for change in changes.unconfirmed(plan.changes, confirmed):
            console.print(f"[red]A deployment stops here unless --confirm {change.logical_id} is given.[/]")
