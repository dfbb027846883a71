#!/usr/bin/env python
"""Deploys, releases, rolls back and removes one environment.

    python deploy/deploy.py up --environment weekend --profile sandbox --plan
    python deploy/deploy.py up --environment weekend --profile sandbox
    python deploy/deploy.py rollback --environment dev
    python deploy/deploy.py stacks --environment prod --only data --confirm TodosTable
    python deploy/deploy.py down --environment weekend

`up` goes from a clean account to a running site, and from one release to the next. It checks what would stop it, says what it
makes and what that costs, asks once, and then: bootstrap, images, stacks, site, smoke test, record. Each step does what is
still to be done and nothing else: after a failure run the same command again. An environment remembers its profile.
`down` removes an environment: a sandbox to the last trace, a standard one but for its data unless --with-data is given.
`stacks` deploys stacks alone, in order, by change sets. It stops before anything that holds data would be replaced or
removed, unless its logical id is named with --confirm. A stack remembers its parameters: only what changes has to be given.
`rollback` puts back a release as a whole: images, templates and page. After one that failed or was broken off it is the last good
one, and else the one before that. Data stays as it is.
Exit status: 0 done or nothing to do, 1 failed (the first cause, or what to do, is the last thing printed), 2 wrong options,
130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from deploy import images
from deploy.configuration import Configuration, add_environment, add_options, environment_name
from deploy.release.deployment import DeploymentError
from deploy.release.releasing import BY_HAND, Release
from deploy.release.removal import Removal
from deploy.release.rollout import ParameterError, Rollout
from deploy.smoke import JourneyError
from deploy.stacks import STACKS
from deploy.stacks.network.zones import ZoneError


def parser() -> argparse.ArgumentParser:
    """The command line; its help is this module's documentation."""
    result = argparse.ArgumentParser("deploy.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = result.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="release what is checked out")
    stacks = commands.add_parser("stacks", help="deploy stacks alone")
    rollback = commands.add_parser("rollback", help="back to images, templates and page of the last good release before this one")
    down = commands.add_parser("down", help="remove the environment; asks for its name")
    for command in (up, stacks, rollback, down):
        command.add_argument("--region", help="AWS region (default: that of your AWS configuration)")
    several: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    for command in (up, stacks, rollback):
        add_options(command)
        command.add_argument("--parameters", **several, type=_pair, metavar="NAME=VALUE", help="template parameters")
        command.add_argument("--confirm", **several, metavar="NAME", help="logical ids of data that may be replaced or removed")
        command.add_argument("--owner", help="who is responsible for the stacks: their tag 'owner' (default: as before)")
    add_environment(down)
    up.add_argument("--yes", action="store_true", help="do not ask, and make no first account: for programs")
    down.add_argument("--yes", metavar="NAME", help="the environment's name, instead of typing it: for programs")
    down.add_argument("--with-data", action="store_true", help="of a standard environment remove the data and the images, too")
    # Which profile it has, the environment says.
    down.set_defaults(**asdict(Configuration()) | {"profile": "", "parameters": [], "confirm": [], "owner": None})
    for command in (up, stacks):
        command.add_argument("--plan", action="store_true", help="only show what would be done; changes nothing")
    names = [stack.name for stack in STACKS]
    stacks.add_argument("--only", nargs="+", choices=names, metavar="STACK", help=f"only these: {', '.join(names)}")
    for command in (up, rollback):
        command.add_argument("--pipeline", action="store_true", help="only what a pipeline may change: images, its stacks, site")
        command.add_argument("--run", default=BY_HAND, help="name of the release; only that one is rolled back (default: any)")
    both = ("both", *images.SERVICES)
    up.add_argument("--services", choices=both, default="both", help="whose image is released, if it changed (default: both)")
    up.add_argument("--page", type=Path, metavar="FOLDER", help="a page that is built already, instead of building it")
    up.add_argument(
        "--images-from", type=environment_name, metavar="NAME", help="copy the images that this environment has tested"
    )
    severe = "severe vulnerabilities that production is released with, and why"
    up.add_argument("--accept", **several, type=_accepted, metavar="NAME=REASON", help=severe)
    up.add_argument("--attested-by", metavar="OWNER/NAME", help="refuse images that its pipeline on GitHub has not built")
    up.add_argument("--subjects", type=Path, metavar="FILE", help="append digest and name of each image built, to attest them")
    up.add_argument("--tag", help="of both images, instead of the commits that changed them last (7 to 40 hex digits)")
    return result


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} has no name or no '=': write it as NAME=…")
    return name, value


def _accepted(text: str) -> tuple[str, str]:
    name, reason = _pair(text)
    if not reason.strip():
        raise argparse.ArgumentTypeError(f"{text!r} gives no reason: write NAME=REASON")
    return name, reason


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    console, errors = (Console(stderr=stderr, markup=False, highlight=False, soft_wrap=True) for stderr in (False, True))
    try:
        _run(options, connect(options.region), console)
    except ParameterError as error:
        errors.print(str(error))
        return 2
    except (DeploymentError, JourneyError, images.ImageError, ZoneError) as error:
        errors.print(str(error))
        return 1
    except (ClientError, BotoCoreError) as error:
        errors.print(f"AWS returned an error: {error}\nRun the same command again to continue.")
        return 1
    except EOFError:
        errors.print("There is no terminal to ask at: add --yes (down: --yes NAME). Nothing was changed.")
        return 1
    except KeyboardInterrupt:
        errors.print("Interrupted. AWS finishes what it has started; run the same command again to continue.")
        return 130
    return 0


def _run(options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
    if options.command in {"up", "down"}:
        caller = session.client("sts").get_caller_identity()
        console.print(f"Account {caller['Account']}, as {caller['Arn']}.")
    if options.command == "down":
        Removal(options, session, console).run()
    elif options.command == "rollback":
        Release(options, session, console).roll_back()
    elif options.command == "up":
        release = Release(options, session, console)
        (release.plan if options.plan else release.run)()
    else:
        rollout = Rollout(options, session, console)
        stacks = rollout.stacks(options.only)
        if options.plan:
            rollout.preview(stacks)
        else:
            rollout.check(stacks)
            rollout.deploy(stacks)


def connect(region: str | None) -> boto3.Session:
    """A session with a region."""
    # The SDKs and the AWS CLI read AWS_REGION; boto3 alone does not.
    session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"))
    if session.region_name is None:
        raise ParameterError("No AWS region: give --region, or set AWS_REGION or a region in your AWS configuration.")
    return session


if __name__ == "__main__":
    sys.exit(main())
