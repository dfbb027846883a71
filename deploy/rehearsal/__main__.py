"""``python -m deploy.rehearsal``: the whole deployment rehearsed on this machine, without an account.

Deploys every generated stack into an embedded AWS with IAM enforced, runs both services on it as their task definitions
say, makes the journey of a visitor through CloudFront, HTTP API and load balancer, runs the scheduled purge with its own
role, and takes every permission away once to see that it is needed. Leaves nothing running.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from typing import TYPE_CHECKING, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.rehearsal import containers, deployed, edge, privileges, purging, report, routing
from deploy.rehearsal.account import Account
from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.rehearsal.roles import TrustError
from deploy.rehearsal.waiting import WaitedInVainError
from tests.journey import Account as VisitorAccount
from tests.journey import JourneyError, Visitor, Work, journey, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STAGES: Final = ("deployment", "journey", "privileges")
LOG_WIDTH: Final = 150
FAILURES: Final = (
    BotoCoreError,
    ClientError,
    httpx.HTTPError,
    JourneyError,
    TrustError,
    WaitedInVainError,
    containers.ContainerError,
    deployed.DeploymentFailedError,
)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    lines = (__doc__ or "").split("\n\n", 1)
    result = argparse.ArgumentParser(prog="python -m deploy.rehearsal", description=lines[0], epilog=lines[1])
    result.add_argument("--environment", default="dev", help="which templates (default: dev)")
    result.add_argument("--capacity", choices=CAPACITIES, default="fargate", help="which templates (default: fargate)")
    result.add_argument(
        "--task-layout", choices=TASK_LAYOUTS, default="independent", help="which templates (default: independent)"
    )
    result.add_argument("--until", choices=STAGES, default=STAGES[-1], help="the last stage to rehearse (default: all)")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse and report; returns the exit status: 0 when all of it went well, 1 otherwise, 130 when interrupted."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)
    # A plain kill ends the blocks below as Ctrl-C does; what even that cannot end, the guard does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    try:
        with Processes() as processes:
            passed = Rehearsal(options, processes, console).run()
    except KeyboardInterrupt:
        console.print("[yellow]Interrupted; nothing is left running.[/]")
        return 130
    verdict = "[green]The rehearsal went well[/]" if passed else "[red]The rehearsal failed[/]"
    console.print(f"{verdict} after {time.monotonic() - started:.0f} s.")
    return 0 if passed else 1


class Rehearsal:
    """One rehearsal, stage by stage."""

    def __init__(self, options: argparse.Namespace, processes: Processes, console: Console) -> None:
        self.options = options
        self.processes = processes
        self.console = console

    def run(self) -> bool:
        """Rehearse as far as the options say; whether all of it went well."""
        try:
            return self._run()
        except FAILURES as error:
            self.console.print(f"[red]{escape(str(error))}[/]")
            self._show_logs()
            return False

    def _run(self) -> bool:
        configuration = Configuration(self.options.environment, self.options.capacity, self.options.task_layout)
        choice = f"{configuration.environment}, {configuration.capacity}, {configuration.task_layout} tasks"
        with self.console.status(f"deploying {choice} into an embedded AWS …"):
            account = Account(Emulator(self.processes), configuration)
            deployed.deploy(account, self.processes)
            created = list(deployed.created(account))
        self.console.print(f"Rehearsing {choice}.")
        report.deployment(self.console, created)
        self._steps(
            "Deployment", [("a second deployment changes nothing", lambda: deployed.deploy_again(account, self.processes))]
        )
        if self.options.until == "deployment":
            return True

        with self.console.status("starting the containers …"):
            running, purge = self._start(account)
        report.containers(self.console, account, running, purge)
        routing.register(account, running)
        with routing.connected(account):
            site = routing.site(account)
            alice, charlie = (Visitor(site, VisitorAccount.new(name)) for name in ("alice", "charlie"))
            if not self._journey(account, alice, charlie, purge):
                self._show_logs()
                return False
            if self.options.until == "journey":
                report.unproven(self.console)
                return True
            found = self._privileges(account, alice, running, purge)
        report.unproven(self.console)
        return not any(each.verdict == privileges.Verdict.NOT_USED for each in found)

    def _start(self, account: Account) -> tuple[list[containers.RunningContainer], containers.Container]:
        defined = containers.containers(account)
        addresses: set[str] = set()
        running = []
        for container in defined:
            if container.port is not None:
                address = containers.free_address(container.port, addresses)
                addresses.add(address)
                running.append(containers.RunningContainer(container, account, self.processes, address))
        for each in running:
            each.wait_until_healthy()
        (purge,) = (container for container in defined if container.port is None)
        return running, purge

    def _journey(self, account: Account, alice: Visitor, charlie: Visitor, purge: containers.Container) -> bool:
        work = Work(alice)

        def purged() -> None:
            work.leaves_it_in_the_trash()
            purging.let_the_time_pass(account)
            if status := purging.run(purge, account, self.processes):
                raise JourneyError(f"The purge ended with status {status}:\n{self.processes.tail(purge.name)}")
            purging.nothing_is_left(account, work)

        return self._steps(
            "Journey",
            [
                ("the site comes through CloudFront", lambda: edge.site_is_served(account)),
                ("nobody else reads the site's bucket", lambda: edge.bucket_is_closed(account)),
                *journey(alice, charlie, work, account.emulator.confirmation_code),
                ("the API is closed to whoever goes round CloudFront", lambda: edge.api_is_closed(account, alice)),
                ("thirty days later the purge deletes what is in the trash", purged),
            ],
        )

    def _privileges(
        self, account: Account, alice: Visitor, running: Sequence[containers.RunningContainer], purge: containers.Container
    ) -> list[privileges.Finding]:
        found = []
        with self.console.status("taking permissions away …") as status:
            for finding in privileges.findings(alice, running, purge, account, self.processes):
                found.append(finding)
                status.update(f"taking permissions away: {len(found)} so far, now after {finding.permission.action} …")
        report.privileges(self.console, account, found)
        return found

    def _steps(self, title: str, steps: Sequence[tuple[str, Callable[[], None]]]) -> bool:
        """Take the steps and report each; whether all went well. Other failures than a step's own pass."""
        self.console.print(title, style="bold")
        taken = walk(steps, lambda step: report.step(self.console, step))
        return taken[-1].error is None

    def _show_logs(self) -> None:
        for log in sorted(self.processes.folder.glob("*.log")):
            if tail := self.processes.tail(log.stem):
                self.console.rule(f"last lines of {log.stem}")
                self.console.print(escape(tail))


if __name__ == "__main__":
    sys.exit(main())
