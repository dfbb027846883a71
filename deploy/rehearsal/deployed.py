"""The deployment of the rehearsal: deploy.py as a person runs it, into the embedded AWS."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deploy import adapted, embedded
from deploy.rehearsal.processes import ROOT
from deploy.rehearsal.waiting import until
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.rehearsal.account import Account
    from deploy.rehearsal.processes import Processes

DEPLOY_SECONDS: Final = 180

PARAMETERS: Final = {
    "TodosImage": "rehearsal/todos:0000000",
    "FilesImage": "rehearsal/files:0000000",
    # The load balancer passes the embedded AWS's own address on as the Host.
    "FurtherHosts": "127.0.0.1",
    "AlertEmail": "alerts@example.com",
    "DomainName": "todo.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000000",
    # The embedded AWS publishes this machine image and not the one made for ECS.
    "InstanceImage": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "GitHubRepository": "example/todo",
    "GitHubOwnerId": "1",
    "GitHubRepositoryId": "2",
}
"""What a person would give; each stack takes what it declares."""


class DeploymentFailedError(Exception):
    """deploy.py ended with an error; the message is what it wrote last."""


@dataclass(frozen=True, slots=True)
class Created:
    """What became of one stack's resources. ``left_out``: (type, reason); ``not_asked_for``: conditions that are false."""

    stack: str
    total: int
    created: int
    left_out: list[tuple[str, str]]

    @property
    def not_asked_for(self) -> int:
        return self.total - self.created - len(self.left_out)


def deploy(account: Account, processes: Processes) -> None:
    """Deploy every stack. Raises DeploymentFailedError with the last line of the program: the first cause."""
    _run("deploy", account, processes)


def deploy_again(account: Account, processes: Processes) -> None:
    """Deploy every stack a second time. Raises DeploymentFailedError when that changes anything."""
    _run("deploy-again", account, processes)
    changed = [line for line in processes.log("deploy-again").read_text().splitlines() if line.endswith("(exists)")]
    if changed:
        raise DeploymentFailedError(f"A second deployment without changes changes: {', '.join(changed)}")


def created(account: Account) -> Iterator[Created]:
    """Every stack with the number of its resources, counted in its template and in the account."""
    missing: set[str] = set()
    for stack in STACKS:
        name = account.configuration.stack_name(stack.name)
        template = json.loads(stack.template(account.configuration).to_json())
        whole = adapted.in_other_words(template, account.emulator.url)
        reduced, left_out = embedded.without_left_out(whole, missing_exports=missing)
        missing |= embedded.exports(whole, name) - embedded.exports(reduced, name)
        yield Created(
            stack=name,
            total=len(template["Resources"]),
            created=len(account.stack(stack.name).physical_ids),
            left_out=[(template["Resources"][logical_id]["Type"], reason) for logical_id, reason in left_out.items()],
        )


def _run(name: str, account: Account, processes: Processes) -> None:
    configuration = account.configuration
    declared = {parameter for stack in STACKS for parameter in stack.template(configuration).parameters}
    command = [
        sys.executable,
        str(ROOT / "deploy" / "deploy.py"),
        "stacks",
        *("--environment", configuration.environment),
        *("--capacity", configuration.capacity),
        *("--task-layout", configuration.task_layout),
        *("--region", account.emulator.region),
        *("--endpoint-url", account.emulator.url),
        *("--only", *(stack.name for stack in STACKS)),
        *("--parameters", *(f"{key}={value}" for key, value in PARAMETERS.items() if key in declared)),
    ]
    process = processes.start(name, command, {"HOME": str(processes.folder), "COLUMNS": "160"})
    until("the deployment has ended", lambda: process.poll() is not None, DEPLOY_SECONDS)
    if process.wait() != 0:
        raise DeploymentFailedError(processes.tail(name).rsplit("\n", 1)[-1])
