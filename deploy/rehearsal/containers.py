"""Containers of the deployed task definitions, run here as processes: their command, variables, secrets and role.

What a process gets beyond its container, and why:
AWS_ENDPOINT_URL and COGNITO_JWKS_URL  the embedded AWS is not at Amazon's addresses
BIND                                   every container has an address of its own; here that is one of this machine's
AWS_ACCESS_KEY_ID and the other two    ECS hands the role's keys out at an address of its own
PATH, HOME, TMPDIR                     there is no image: this environment's Python, and a scratch folder as /tmp
"""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import httpx

from deploy.rehearsal.roles import credentials
from deploy.rehearsal.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen

    from deploy.rehearsal.account import Account, DeployedStack
    from deploy.rehearsal.processes import Processes

READY_SECONDS: Final = 60
FIRST_ADDRESS, LAST_ADDRESS = 2, 60


class ContainerError(Exception):
    """A container could not be run as its task definition says."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a deployed task definition. ``environment`` holds its variables, secrets and its role's keys."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    role_arn: str
    port: int | None


def containers(account: Account) -> list[Container]:
    """Every container of every task definition of the stacks ``services`` and ``purge``."""
    return [container for name in ("services", "purge") for container in _of_stack(account, account.stack(name))]


def _of_stack(account: Account, stack: DeployedStack) -> list[Container]:
    found = []
    for logical_id, resource in stack.of_type("AWS::ECS::TaskDefinition").items():
        definition = account.client("ecs").describe_task_definition(taskDefinition=stack.physical_ids[logical_id])[
            "taskDefinition"
        ]
        keys = credentials(account, definition["taskRoleArn"])
        execution_keys = credentials(account, definition["executionRoleArn"])
        # The embedded AWS forgets the secrets of a definition, so they are read from the deployed template.
        declared = {container["Name"]: container for container in resource["Properties"]["ContainerDefinitions"]}
        for container in definition["containerDefinitions"]:
            secrets = _secrets(account, declared[container["name"]], stack.physical_ids, execution_keys)
            variables = {variable["name"]: variable["value"] for variable in container["environment"]}
            ports = [mapping["containerPort"] for mapping in container.get("portMappings", [])]
            found.append(
                Container(
                    name=container["name"],
                    command=tuple(container["command"]),
                    environment={**variables, **secrets, **keys},
                    role_arn=definition["taskRoleArn"],
                    port=ports[0] if ports else None,
                )
            )
    return found


def _secrets(
    account: Account, declared: Mapping[str, Any], physical_ids: Mapping[str, str], execution_keys: Mapping[str, str]
) -> dict[str, str]:
    """The secrets of a container by variable name, read as ECS reads them: with the execution role."""
    manager = boto3.Session(
        execution_keys["AWS_ACCESS_KEY_ID"],
        execution_keys["AWS_SECRET_ACCESS_KEY"],
        execution_keys["AWS_SESSION_TOKEN"],
        account.emulator.region,
    ).client("secretsmanager", endpoint_url=account.emulator.url)
    result = {}
    for secret in declared.get("Secrets", []):
        if "Fn::If" in secret:
            continue  # the previous key, which is there in a rotation alone
        reference = secret["ValueFrom"]
        if "Fn::ImportValue" in reference:
            name = account.stack("services").outputs[reference["Fn::ImportValue"].rsplit("-", 1)[1]]
        else:
            name = physical_ids[reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]]
        result[secret["Name"]] = manager.get_secret_value(SecretId=name)["SecretString"]
    return result


class RunningContainer:
    """A container's process, listening at ``address``:``port``."""

    def __init__(self, container: Container, account: Account, processes: Processes, address: str) -> None:
        self.container = container
        self.address = address
        self.url = f"http://{address}:{container.port}"
        self._processes = processes
        # One environment for each process, so that its uploads in progress go to a folder that disappears with it.
        variables = {"BIND": f"{address}:{container.port}", **surroundings(container.name, account, processes)}
        self.process: Popen[bytes] = processes.start(container.name, container.command, {**container.environment, **variables})

    def wait_until_healthy(self) -> None:
        """Return once it answers its health check. Raises ContainerError with its last lines when it ends instead."""

        def answers() -> bool:
            if self.process.poll() is not None:
                raise ContainerError(
                    f"{self.container.name} ended with status {self.process.returncode} before it was healthy:\n"
                    f"{self._processes.tail(self.container.name)}"
                )
            try:
                return httpx.get(f"{self.url}/healthz").status_code == httpx.codes.OK
            except httpx.TransportError:
                return False

        until(f"{self.container.name} is healthy", answers, READY_SECONDS)


def surroundings(name: str, account: Account, processes: Processes) -> dict[str, str]:
    """The variables a process gets beyond its container; see above."""
    scratch = processes.folder / f"{name}-tmp"
    scratch.mkdir(exist_ok=True)
    pool = account.stack("identity").outputs["UserPoolId"]
    return {
        "AWS_ENDPOINT_URL": account.emulator.url,
        "COGNITO_JWKS_URL": f"{account.emulator.url}/{pool}/.well-known/jwks.json",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
    }


def free_address(port: int, taken: set[str]) -> str:
    """An address of this machine, other than 127.0.0.1, where nobody listens on ``port``.

    Raises ContainerError when there is none, which is so on macOS until somebody adds one.
    """
    for last in range(FIRST_ADDRESS, LAST_ADDRESS):
        address = f"127.0.0.{last}"
        if address in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return address
    raise ContainerError(
        f"No loopback address is free for port {port}. Where only 127.0.0.1 exists (macOS), "
        "add two: sudo ifconfig lo0 alias 127.0.0.2; sudo ifconfig lo0 alias 127.0.0.3"
    )
