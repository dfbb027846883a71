#!/usr/bin/env python
"""Makes the journey of a visitor against a running environment: the page, a login, a to-do, its attachments, the trash.

    python deploy/smoke.py https://todo.example.com
    python deploy/smoke.py http://127.0.0.1:8000            # while `make run` runs

Two temporary accounts do it: one works, the other must see nothing of it. They are made and removed with your AWS
credentials (cognito-idp:AdminCreateUser, AdminSetUserPassword, AdminDeleteUser on the user pool), however it ends. What they
made is left in the trash, whose sweeper deletes it.
Exit status: 0 all of it works, 1 something does not, 130 interrupted.
"""

import argparse
import re
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from collections.abc import Callable, Iterator, Sequence

import boto3
import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from deploy.release.journey import STEPS, Work, outsider_sees_nothing, strangers_are_refused, walk
from deploy.release.visitor import TIMEOUT_SECONDS, Account, JourneyError, Site, Visitor, same

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY_HEADERS: Final = ("Content-Security-Policy", "Referrer-Policy")
FOREVER: Final = "immutable"
ALWAYS_ASK: Final = "no-cache"


def site(url: str) -> Site:
    """What the environment at ``url`` says of itself in /config.json. Raises JourneyError when it does not."""
    url = url.rstrip("/")
    try:
        answer = httpx.get(f"{url}/config.json", timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        raise JourneyError(f"{url} does not answer: {error}. Give the address of a running environment.") from error
    same(f"the status of {url}/config.json", answer.status_code, 200)
    same("the caching of /config.json", answer.headers.get("Cache-Control"), ALWAYS_ASK)
    try:
        found = answer.json()
        return Site(url, found["region"], found["userPoolId"], found["clientId"], found["cognitoEndpoint"])
    except (ValueError, KeyError) as error:
        raise JourneyError(f"{url}/config.json is not what the page needs: {answer.text[:200]!r}.") from error


def page_is_served(where: Site) -> None:
    """The page with its security headers, asked for again each time; its files, which are kept for good."""
    answer = httpx.get(f"{where.url}/", timeout=TIMEOUT_SECONDS)
    same("the status of the page", answer.status_code, 200)
    same("the caching of the page", answer.headers.get("Cache-Control"), ALWAYS_ASK)
    if missing := [name for name in SECURITY_HEADERS if name not in answer.headers]:
        raise JourneyError(f"The page comes without {', '.join(missing)}.")
    files = re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.text)
    same("whether the page names its files", bool(files), True)
    for name in files:
        found = httpx.get(f"{where.url}{name}", timeout=TIMEOUT_SECONDS)
        same(f"the status of {name}", found.status_code, 200)
        same(f"whether {name} is kept for good", FOREVER in found.headers.get("Cache-Control", ""), True)


@contextmanager
def temporary(where: Site, name: str) -> Iterator[Visitor]:
    """A visitor with an account of the pool, which is removed at the end of the block."""
    local = where.cognito_endpoint is not None and urlsplit(where.cognito_endpoint).hostname in LOOPBACK
    keys: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if local else {}
    session = boto3.Session(region_name=where.region, **keys)
    pool = session.client("cognito-idp", endpoint_url=where.cognito_endpoint)
    account = Account.new(name)
    created = pool.admin_create_user(
        UserPoolId=where.user_pool_id,
        Username=account.email,
        MessageAction="SUPPRESS",  # nobody reads mail there
        UserAttributes=[{"Name": "email", "Value": account.email}, {"Name": "email_verified", "Value": "true"}],
    )
    visitor = Visitor(where, account)
    try:
        pool.admin_set_user_password(
            UserPoolId=where.user_pool_id, Username=account.email, Password=account.password, Permanent=True
        )
        yield visitor
    finally:
        visitor.close()
        pool.admin_delete_user(UserPoolId=where.user_pool_id, Username=created["User"]["Username"])


def steps(where: Site, alice: Visitor, charlie: Visitor) -> list[tuple[str, Callable[[], None]]]:
    """The journey, in order."""
    work = Work(alice)
    return [
        ("the page comes with its headers and files", lambda: page_is_served(where)),
        ("a stranger without a token is refused", lambda: strangers_are_refused(where)),
        ("Alice logs in; a wrong password is refused", alice.log_in),
        *((f"Alice {name}", lambda step=step: step(work)) for name, step in STEPS),
        ("Charlie logs in", charlie.log_in),
        ("Charlie sees nothing of it", lambda: outsider_sees_nothing(charlie, work)),
        ("Alice leaves the to-do in the trash", work.leaves_it_in_the_trash),
    ]


def smoke(url: str, console: Console) -> bool:
    """Make the journey and show each step; whether all of it went well. Raises JourneyError before the first step."""
    where = site(url)
    with ExitStack() as accounts:
        alice, charlie = (accounts.enter_context(temporary(where, name)) for name in ("alice", "charlie"))

        def show(step: Any) -> None:
            console.print(f"  {'✗' if step.error else '✓'} {step.name} {step.seconds:.1f} s")
            if step.error:
                console.print(f"    {step.error}")

        taken = walk(steps(where, alice, charlie), show)
    return taken[-1].error is None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    lines = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        prog="smoke.py", description=lines[0], epilog=lines[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", metavar="URL", help="of the page, as a visitor types it")
    options = parser.parse_args(arguments)
    console = Console(markup=False, highlight=False, soft_wrap=True)
    try:
        works = smoke(options.url, console)
    except JourneyError as error:
        console.print(str(error))
        return 1
    except (ClientError, BotoCoreError) as error:
        console.print(f"The temporary accounts cannot be made or removed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    console.print("It works." if works else "It does not work.")
    return 0 if works else 1


if __name__ == "__main__":
    sys.exit(main())
