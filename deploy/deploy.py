#!/usr/bin/env python
"""From a clean account to a running site, and from one release to the next: one command, the same every time.

    python deploy/deploy.py --environment dev --plan --parameters GitHubRepository=owner/name
    python deploy/deploy.py --environment dev --parameters GitHubRepository=owner/name AlertEmail=me@example.org
    python deploy/deploy.py --environment dev --rollback
    python deploy/deploy.py --environment dev --pipeline             # as the pipeline does it, after the first release

Its steps: bootstrap, images, stacks, site, smoke test, record. Each does what is still to be done and nothing else: after a
failure run the same command again, and it goes on from there. --rollback and --recover put images of a release back that passed
its smoke test; data and page stay as they are.
Exit status: 0 released, 1 a step failed (what to do is the last thing printed), 2 wrong options, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from deploy import deploy_stack, images
from deploy.configuration import add_options
from deploy.release import parameters
from deploy.release.deployment import DeploymentError
from deploy.release.releasing import Release, ReleaseError
from deploy.release.visitor import JourneyError
from deploy.release.website import SiteError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILURES = (DeploymentError, ReleaseError, SiteError, JourneyError, images.ImageError)


def parser() -> argparse.ArgumentParser:
    """The command line; its help is this module's documentation."""
    lines = (__doc__ or "").split("\n", 1)
    result = argparse.ArgumentParser(
        prog="deploy.py", description=lines[0], epilog=lines[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(result)
    mode = result.add_mutually_exclusive_group()
    mode.add_argument("--plan", action="store_true", help="only show what would be done; changes nothing")
    mode.add_argument("--rollback", action="store_true", help="back to the images of the release before the one that runs")
    mode.add_argument(
        "--recover", action="store_true", help="after a release that failed: to the newest one that worked, if others run"
    )
    result.add_argument(
        "--services",
        choices=("both", *images.SERVICES),
        default="both",
        help="whose image is released (default: both; one that did not change keeps its image anyway)",
    )
    result.add_argument(
        "--pipeline",
        action="store_true",
        help="only what a pipeline may change: images, the stacks services, api, web, operations, and the site",
    )
    result.add_argument("--parameters", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help="template parameters")
    result.add_argument(
        "--confirm", nargs="+", action="extend", default=[], metavar="NAME", help="logical ids that may lose what they hold"
    )
    result.add_argument("--tag", help="of both images, instead of the commits that changed them last (7 to 40 hex digits)")
    result.add_argument(
        "--base", default=os.environ.get("PYTHON_IMAGE") or images.DEFAULT_BASE, help="base image (default: %(default)s)"
    )
    result.add_argument("--owner", default="todo-team", help="who answers for the stacks: the tag 'owner' (default: todo-team)")
    result.add_argument("--region", help="AWS region (default: that of your AWS configuration)")
    result.add_argument(
        "--endpoint-url", metavar="URL", help="an embedded AWS: names of images stand in for images, and no smoke test is made"
    )
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        release = Release(options, deploy_stack.connect(options.region, options.endpoint_url), console)
        if options.plan:
            release.plan()
        elif options.rollback:
            release.roll_back()
        elif options.recover:
            release.recover()
        else:
            release.run()
    except parameters.ParameterError as error:
        errors.print(f"[red]{escape(str(error))}[/]")
        return 2
    except FAILURES as error:
        errors.print(f"[red]{escape(str(error))}[/]")
        return 1
    except (ClientError, BotoCoreError) as error:
        errors.print(f"[red]AWS does not answer as it should: {escape(str(error))}[/] Run the same command again to go on.")
        return 1
    except KeyboardInterrupt:
        errors.print("[yellow]Interrupted. Run the same command again to go on from here.[/]")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
