#!/usr/bin/env python
"""Deploys the stacks in order by change sets: shows what will change, changes it, prints the outputs.

    python deploy/deploy_stack.py --environment dev --plan
    python deploy/deploy_stack.py --environment dev --parameters TodosImage=… FilesImage=…
    python deploy/deploy_stack.py --environment prod --stacks data --confirm TodosTable
    python deploy/deploy_stack.py --environment dev --destroy

A replacement or removal of anything that holds data stops before anything changes, unless its logical id is
named with --confirm. Each stack remembers the values of its parameters, so only what changes has to be given.
Nothing to change is a success.
Exit status: 0 done or nothing to do, 1 failed (the first real cause is the last thing printed), 2 wrong options,
130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from deploy.configuration import Configuration, add_options
from deploy.release import parameters
from deploy.release.assembly import Assembly
from deploy.release.deployment import DeploymentError
from deploy.release.rollout import Deployers, Rollout
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.release.deployment import Stack


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def parser() -> argparse.ArgumentParser:
    """The command line; its help is this module's documentation."""
    lines = (__doc__ or "").split("\n", 1)
    result = argparse.ArgumentParser(
        prog="deploy_stack.py",
        description=lines[0],
        epilog=lines[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [stack.name for stack in STACKS]
    add_options(result)
    result.add_argument(
        "--stacks", nargs="+", choices=names, metavar="STACK", help=f"only these, in deploy order: {', '.join(names)}"
    )
    result.add_argument("--parameters", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help="template parameters")
    result.add_argument(
        "--confirm",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="logical ids that may be replaced or removed although they hold data; with --destroy, stacks by name",
    )
    mode = result.add_mutually_exclusive_group()
    mode.add_argument("--plan", action="store_true", help="only show what would change; changes nothing")
    mode.add_argument("--destroy", action="store_true", help="remove the stacks, last first; each must be confirmed by its name")
    result.add_argument("--owner", default="todo-team", help="who answers for the stacks: the tag 'owner' (default: todo-team)")
    result.add_argument(
        "--role-arn", metavar="ARN", help="what CloudFormation acts as: the output StackRoleArn of stack bootstrap, in a pipeline"
    )
    result.add_argument("--region", help="AWS region (default: that of your AWS configuration)")
    result.add_argument(
        "--endpoint-url", metavar="URL", help="an embedded AWS; what it cannot create is left out (deploy/embedded.py)"
    )
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        session = connect(options.region, options.endpoint_url)
        run(options, session, console)
    except parameters.ParameterError as error:
        errors.print(f"[red]{escape(str(error))}[/]")
        return 2
    except DeploymentError as error:
        errors.print(f"[red]{escape(str(error))}[/]")
        return 1
    except (ClientError, BotoCoreError) as error:
        errors.print(f"[red]AWS does not answer as it should: {escape(str(error))}[/]")
        return 1
    except KeyboardInterrupt:
        errors.print("[yellow]Stopped looking. What AWS has begun it finishes by itself; run this again to see how it ended.[/]")
        return 130
    return 0


def run(options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
    """Do what the options say. Raises ParameterError, DeploymentError, or botocore's errors."""
    configuration = Configuration.of(options)
    assembly = Assembly(configuration, session.region_name, options.owner, options.endpoint_url)
    deployers = Deployers(session, options, console)
    chosen = assembly.stacks(options.stacks, lambda sentence: console.print(f"[dim]{sentence}[/]"))
    if options.destroy:
        destroy(deployers, chosen, options, console, keep_protected=configuration.is_production)
        return
    rollout = Rollout(assembly, deployers, console, parameters.parse(options.parameters))
    if options.plan:
        rollout.plan(chosen, options.confirm)
    else:
        rollout.check(chosen)
        rollout.deploy(chosen)


@cache
def connect(region: str | None, endpoint_url: str | None) -> boto3.Session:
    """The process's session, with a region. An embedded AWS on this machine is given its own root keys, never a person's."""
    local = endpoint_url is not None and urlsplit(endpoint_url).hostname in LOOPBACK
    keys: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if local else {}
    session = boto3.Session(region_name=region, **keys)
    if session.region_name is None:
        raise parameters.ParameterError("No AWS region: give --region, or set AWS_REGION or a region in your AWS configuration.")
    return session


def destroy(
    deployers: Deployers, chosen: list[Stack], options: argparse.Namespace, console: Console, *, keep_protected: bool
) -> None:
    """Remove the stacks, last first. Raises DeploymentError before anything is removed when one may not be."""
    existing = [stack for stack in reversed(chosen) if deployers[stack.region].find(stack.name)]
    if not existing:
        console.print("Nothing to remove: none of the stacks exists.")
        return
    kept = [stack.name for stack in existing if stack.protected and keep_protected]
    if kept:
        raise DeploymentError(
            f"In production {', '.join(kept)} are never removed by this program: data, users and network live there. "
            "Name the stacks that may go with --stacks."
        )
    unconfirmed = [stack.name for stack in existing if stack.name not in options.confirm]
    if unconfirmed and not console.is_terminal:
        raise DeploymentError(
            f"Removing needs the name of each stack: add --confirm {' '.join(unconfirmed)}. Nothing was removed."
        )
    for stack in existing:
        if stack.name in unconfirmed:
            answer = Prompt.ask(f"Removing [bold]{stack.name}[/] cannot be undone. Type its name to go on", console=console)
            if answer.strip() != stack.name:
                raise DeploymentError(f"{stack.name} was not confirmed and stays, and so does what was deployed before it.")
        stays = deployers[stack.region].remove(stack.name, lift_protection=stack.protected)
        note = f" What it retains stays in the account, outside any stack: {', '.join(stays)}." if stays else ""
        console.print(f"{stack.name}: removed.{note}")


if __name__ == "__main__":
    sys.exit(main())
