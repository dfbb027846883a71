"""The stack of `make run` in a process of its own, people with accounts in it, and browsers for them."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pycognito.aws_srp import AWSSRP

from tests.web.chromium import find, left_out

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts" / "web"
PASSWORD = "Correct-horse-9"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Site:
    """A running stack."""

    url: str
    config: dict[str, str]

    @property
    def cognito(self) -> Any:
        """An administrator's client of its user pool."""
        return _aws("cognito-idp", self.config["cognitoEndpoint"])

    @property
    def aws(self) -> str:
        """Origin of the embedded AWS."""
        return self.config["cognitoEndpoint"].rstrip("/")


@dataclass
class Person:
    """Somebody with an account, logged in outside the browser as well."""

    email: str
    sub: str
    tokens: dict[str, str]
    site: Site
    client: httpx.Client = field(repr=False)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to the API as this person."""
        answer = self.client.request(method, f"{self.site.url}/api/{path}", **options)
        assert answer.status_code < 400, answer.text
        return answer

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        """A to-do that is there before the page is opened."""
        return self.call("POST", "me/todos", json={"title": title, **fields}).json()

    def attach(self, todo_id: str, name: str, content: bytes, kind: str = "text/plain") -> dict[str, Any]:
        """An attachment that is there before the page is opened."""
        return self.call("POST", f"{todo_id}/files", files={"file": (name, content, kind)}).json()

    def titles(self, **query: str) -> list[str]:
        """What the API lists, in its order."""
        return [todo["title"] for todo in self.call("GET", "me/todos", params=query).json()["todos"]]

    def storage(self, **changed: str) -> list[dict[str, str]]:
        """localStorage of a browser in which this person is logged in, as Amplify keeps it."""
        prefix = f"CognitoIdentityServiceProvider.{self.site.config['clientId']}"
        kept = {**self.tokens, "clockDrift": "0", **changed}
        return [
            {"name": f"{prefix}.LastAuthUser", "value": self.sub},
            *({"name": f"{prefix}.{self.sub}.{name}", "value": value} for name, value in kept.items()),
        ]


def expired(token: str) -> str:
    """The token as it would be an hour later: past its `exp`. (Its signature no longer fits; nobody gets to look at it.)"""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["exp"] = int(time.time()) - 60
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.{signature}"


def _aws(service: str, endpoint: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(
        service, endpoint_url=endpoint, region_name="us-east-1", config=Config(retries={"max_attempts": 1}), **keys
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What `make run` starts: Django with local settings and its embedded AWS, on free ports, with data of its own."""
    home = tmp_path_factory.mktemp("site")
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCALAWS_", "COGNITO_", "COV_"))},
        "DJANGO_SETTINGS_MODULE": "todo_project.settings.local",
        "PORT": str(port),
        "LOCALAWS_PORT": str(_free_port()),
        "LOCALAWS_STATE_DIR": str(home / "localaws"),
    }
    log = home / "server.log"
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "runserver", "--noreload"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield Site(url, _config(url, server, log))
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _config(url: str, server: "subprocess.Popen[bytes]", log: Path) -> dict[str, str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            answer: dict[str, str] = httpx.get(f"{url}/config.json").json()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return answer
    raise AssertionError(f"The local stack did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def register(site: Site) -> Iterator[Callable[[str], Person]]:
    """Somebody new with this name: every test has people of its own, so that none sees another's to-dos."""
    numbers = count(1)
    clients: list[httpx.Client] = []

    def person(name: str) -> Person:
        email = f"{name.lower()}{next(numbers)}-{os.getpid()}@example.com"
        pool = site.config["userPoolId"]
        known = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        user = site.cognito.admin_create_user(
            UserPoolId=pool, Username=email, UserAttributes=known, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD
        )["User"]
        site.cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
        result = AWSSRP(
            username=email, password=PASSWORD, pool_id=pool, client_id=site.config["clientId"], client=site.cognito
        ).authenticate_user()["AuthenticationResult"]
        tokens = {"accessToken": result["AccessToken"], "idToken": result["IdToken"], "refreshToken": result["RefreshToken"]}
        client = httpx.Client(headers={"Authorization": f"Bearer {tokens['accessToken']}"}, timeout=30)
        clients.append(client)
        sub = next(attribute["Value"] for attribute in user["Attributes"] if attribute["Name"] == "sub")
        return Person(email, sub, tokens, site, client)

    yield person
    for client in clients:
        client.close()


@pytest.fixture
def alice(register: Callable[[str], Person]) -> Person:
    """A person with an account and no to-dos."""
    return register("alice")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a test process."""
    if sentence := left_out():
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Visits:
    """Opens pages, each in a browser context of its own, and holds every one of them to silence on the console."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.refusals_expected = False

    def __call__(self, person: Person | None = None, path: str = "/", **options: Any) -> Page:
        """A page of the site, logged in as `person`. Options are those of a browser context."""
        options.setdefault("viewport", {"width": 1280, "height": 800})
        options.setdefault("locale", "en-GB")
        options.setdefault("reduced_motion", "reduce")
        if person is not None:
            options["storage_state"] = {"cookies": [], "origins": [{"origin": self.site.url, "localStorage": person.storage()}]}
        context = self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.goto(f"{self.site.url}{path}")
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        # Chromium itself writes a line for every refused request, before the page can handle the answer.
        if message.text.startswith("Failed to load resource") and self.refusals_expected:
            return
        self.complaints.append(f"{message.type}: {message.text}")

    def expect_refusals(self) -> None:
        """This test makes requests fail; their lines on the console are wanted."""
        self.refusals_expected = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Lets fixtures know whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visits]:
    """Pages for this test. A page that complained on its console fails it; one that failed leaves a picture."""
    visits = Visits(browser, site)
    yield visits
    failed = request.node.stash.get(_FAILED, False)
    for number, context in enumerate(visits.contexts):
        if failed:
            ARTIFACTS.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "-", request.node.name)
            for page in context.pages:
                page.screenshot(path=ARTIFACTS / f"failed-{name}-{number}.png")
        context.close()
    if not failed:
        assert visits.complaints == []
