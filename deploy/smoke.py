#!/usr/bin/env python
"""Tries a running environment as a visitor: the page, a login, a to-do, its attachment, the trash.

    python deploy/smoke.py https://todo.example.com
    python deploy/smoke.py http://127.0.0.1:8000            # while `make run` runs

Two temporary accounts do it: one works, the other must see nothing of it. They are created and removed with your AWS
credentials (cognito-idp:AdminCreateUser, AdminSetUserPassword, AdminDeleteUser on the user pool), however it ends. What they
created is left in the trash, whose purge deletes it.
Exit status: 0 all of it works, 1 something does not, 130 interrupted.
"""

import argparse
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import boto3
import httpx
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pycognito import AWSSRP
from rich.console import Console

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
TIMEOUT_SECONDS: Final = 35  # above the 30 s that the API gives a request
ALWAYS_ASK: Final = "no-cache"
FILE: Final = bytes(range(256)) * 64


class JourneyError(Exception):
    """A step did not go as it must; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the service is, as its /config.json says. ``headers`` go with each request: what a CDN in front would add."""

    url: str
    region: str
    user_pool_id: str
    client_id: str
    cognito_endpoint: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a visitor, made for the journey."""

    email: str
    password: str

    @classmethod
    def new(cls, name: str) -> Self:
        """A new account, in a domain that never receives mail (RFC 2606)."""
        return cls(f"{name}-{secrets.token_hex(6)}@journey.example.com", f"Aa1!{secrets.token_urlsafe(18)}")


class Visitor:
    """A person with an account at a site, who signs in as the web page does and sends requests."""

    def __init__(self, site: Site, account: Account) -> None:
        self.site = site
        self.account = account
        self.http = httpx.Client(base_url=site.url, timeout=TIMEOUT_SECONDS, headers=dict(site.headers))

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
        self.cognito.close()

    def log_in(self) -> None:
        """Secure Remote Password: the password never travels. A wrong one is refused first."""
        refused("a wrong password", "NotAuthorizedException", lambda: self._token(f"{self.account.password}x"))
        self.http.headers["Authorization"] = f"Bearer {self._token(self.account.password)}"

    def call(self, method: str, path: str, expected: int, **request: Any) -> httpx.Response:
        """Send a request; raises JourneyError for any other status than ``expected``."""
        response = self.http.request(method, path, **request)
        if response.status_code != expected:
            raise JourneyError(
                f"{method} {path} returned {response.status_code} where {expected} was expected: {response.text[:400]}"
            )
        return response

    def json(self, method: str, path: str, expected: int, **request: Any) -> Any:
        """The body of ``call``."""
        return self.call(method, path, expected, **request).json()

    @cached_property
    def cognito(self) -> Any:
        """A client without AWS keys, as in a browser."""
        unsigned = Config(signature_version=UNSIGNED)
        session = boto3.Session(region_name=self.site.region)
        return session.client("cognito-idp", endpoint_url=self.site.cognito_endpoint, config=unsigned)

    def _token(self, password: str) -> str:
        site = self.site
        login = AWSSRP(self.account.email, password, site.user_pool_id, site.client_id, client=self.cognito)
        return str(login.authenticate_user()["AuthenticationResult"]["AccessToken"])


def refused(what: str, code: str, attempt: Any) -> None:
    """Raises JourneyError unless Cognito refuses the attempt with this error code."""
    try:
        attempt()
    except ClientError as error:
        if error.response["Error"]["Code"] == code:
            return
        raise JourneyError(f"Cognito refused {what} with {error}, where {code} was expected.") from error
    raise JourneyError(f"Cognito accepted {what}.")


def same(what: str, found: object, expected: object) -> None:
    """Raises JourneyError unless both are equal."""
    if found != expected:
        raise JourneyError(f"{what} is {found!r} where {expected!r} was expected.")


def site(url: str) -> Site:
    """What the environment at ``url`` says of itself in /config.json. Raises JourneyError when it does not."""
    url = url.rstrip("/")
    try:
        response = httpx.get(f"{url}/config.json", timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        raise JourneyError(f"{url} does not respond: {error}. Give the URL of a running environment.") from error
    same(f"the status of {url}/config.json", response.status_code, 200)
    same("the caching of /config.json", response.headers.get("Cache-Control"), ALWAYS_ASK)
    try:
        found = response.json()
        return Site(url, found["region"], found["userPoolId"], found["clientId"], found["cognitoEndpoint"])
    except (ValueError, KeyError) as error:
        raise JourneyError(f"{url}/config.json is not what the page needs: {response.text[:200]!r}.") from error


@contextmanager
def temporary(where: Site, name: str) -> Iterator[Visitor]:
    """A visitor with an account of the pool, which is removed at the end of the block."""
    local = where.cognito_endpoint is not None and urlsplit(where.cognito_endpoint).hostname in LOOPBACK
    keys: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if local else {}
    pool = boto3.Session(region_name=where.region, **keys).client("cognito-idp", endpoint_url=where.cognito_endpoint)
    visitor = Visitor(where, Account.new(name))
    try:
        create(pool, where.user_pool_id, visitor.account)
        yield visitor
    finally:
        visitor.close()
        pool.admin_delete_user(UserPoolId=where.user_pool_id, Username=visitor.account.email)


def create(cognito: Any, user_pool_id: str, account: Account) -> None:
    """Create an account that can sign in."""
    email, password = account.email, account.password
    cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=email,
        MessageAction="SUPPRESS",  # the address receives no mail
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
    )
    cognito.admin_set_user_password(UserPoolId=user_pool_id, Username=email, Password=password, Permanent=True)


def first_account(cognito: Any, user_pool_id: str) -> Account | None:
    """A new account of a pool that has none yet; None when it has."""
    if cognito.list_users(UserPoolId=user_pool_id, Limit=1)["Users"]:
        return None
    account = Account.new("you")
    create(cognito, user_pool_id, account)
    return account


def page_is_served(url: str) -> None:
    """The page with its security headers, requested again each time; its files, which browsers keep for good."""
    response = httpx.get(f"{url}/", timeout=TIMEOUT_SECONDS)
    same("the status of the page", response.status_code, 200)
    same("the caching of the page", response.headers.get("Cache-Control"), ALWAYS_ASK)
    if missing := [name for name in ("Content-Security-Policy", "Referrer-Policy") if name not in response.headers]:
        raise JourneyError(f"The page comes without {', '.join(missing)}.")
    files = re.findall(r'(?:src|href)="(/assets/[^"]+)"', response.text)
    same("whether the page names its files", bool(files), True)
    for name in files:
        found = httpx.get(f"{url}{name}", timeout=TIMEOUT_SECONDS)
        same(f"the status of {name}", found.status_code, 200)
        same(f"whether {name} is kept for good", "immutable" in found.headers.get("Cache-Control", ""), True)


def journey(alice: Visitor, charlie: Visitor) -> Iterator[str]:
    """Yields each step when it is done. Raises JourneyError at the first that fails."""
    page_is_served(alice.site.url)
    yield "the page comes with its headers and files"
    for path in ("/api/me/todos", "/api/00000000-0000-4000-8000-000000000000/files"):
        alice.call("GET", path, 401)
    yield "a stranger without a token is refused"
    alice.log_in()
    charlie.log_in()
    yield "Alice and Charlie log in; a wrong password is refused"

    word = f"w{secrets.token_hex(6)}"
    todo = alice.json("POST", "/api/me/todos", 201, json={"title": f"Buy {word}", "dateDue": "2030-01-31"})
    found = alice.json("GET", f"/api/me/todos?search={word.upper()}", 200)["todos"]
    same("what the search finds", [each["todoID"] for each in found], [todo["todoID"]])
    yield "Alice adds a to-do and finds it by a word of its title"
    path, etag = f"/api/me/todos/{todo['todoID']}", alice.call("GET", f"/api/me/todos/{todo['todoID']}", 200).headers["ETag"]
    changed = alice.json("PATCH", path, 200, json={"completed": True}, headers={"If-Match": etag})
    same("completed", changed["completed"], True)
    alice.call("PATCH", path, 412, json={"notes": "Too late."}, headers={"If-Match": etag})
    yield "she completes it; a stale change is refused"

    files = f"/api/{todo['todoID']}/files"
    wanted = {"fileName": "Größe & (1).bin", "contentType": "application/octet-stream", "size": len(FILE)}
    reserved = alice.json("POST", files, 201, json=wanted)
    form = reserved["upload"]
    # Straight to S3, as the browser does: without her headers, and above all without her token.
    response = httpx.post(form["url"], data=form["fields"], files={"file": FILE}, timeout=TIMEOUT_SECONDS)
    same("whether S3 takes the upload", response.is_success, True)
    alice.call("POST", f"{files}/{reserved['fileID']}/complete", 200)
    (listed,) = alice.json("GET", files, 200)["files"]
    download = httpx.get(listed["filePath"], timeout=TIMEOUT_SECONDS)
    same("whether the file comes back as it went", download.content == FILE, True)
    yield "she attaches a file straight to S3 and downloads it"

    same("Charlie's list", charlie.json("GET", "/api/me/todos", 200)["todos"], [])
    for method, hidden in (("GET", path), ("DELETE", path), ("GET", files), ("DELETE", f"{files}/{reserved['fileID']}")):
        charlie.call(method, hidden, 404)
    yield "Charlie sees nothing of it"
    alice.call("DELETE", path, 204)
    alice.call("POST", f"{path}/restore", 200)
    alice.call("DELETE", path, 204)
    yield "Alice moves the to-do to the trash, restores it, and leaves it in the trash"


def smoke(url: str, console: Console, headers: Mapping[str, str] | None = None) -> bool:
    """Make the journey and show each step; whether all of it went well. Raises JourneyError before the first step.

    ``headers`` go with each request to the API.
    """
    where = replace(site(url), headers=headers or {})
    with temporary(where, "alice") as alice, temporary(where, "charlie") as charlie:
        started = time.monotonic()
        try:
            for name in journey(alice, charlie):
                console.print(f"  ✓ {name} {time.monotonic() - started:.1f} s")
                started = time.monotonic()
        except (JourneyError, httpx.HTTPError, ClientError, KeyError, ValueError) as error:
            console.print(f"  ✗ the next step: {error or type(error).__name__}")
            return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser("smoke.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", metavar="URL", help="of the page, as a visitor types it")
    options = parser.parse_args(arguments)
    console = Console(markup=False, highlight=False, soft_wrap=True)
    try:
        works = smoke(options.url, console)
    except JourneyError as error:
        console.print(str(error))
        return 1
    except (ClientError, BotoCoreError) as error:
        console.print(f"The temporary accounts cannot be created or removed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    console.print("It works." if works else "It does not work.")
    return 0 if works else 1


if __name__ == "__main__":
    sys.exit(main())
