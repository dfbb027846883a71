"""The stack of `make run` in a process of its own, people with accounts in it, and a browser for them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.chromium import find, left_out
from tests.web.people import Person, Site
from tests.web.visits import ARGUMENTS, Visits

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts" / "web"
# The lines of this process count, those of the embedded AWS that it starts do not: that would take twice the time, and
# tests/local measures one.
SERVE = """
import os, runpy, sys
for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
    del os.environ[name]
sys.argv = ["manage.py", "runserver", "--noreload"]
runpy.run_path("manage.py", run_name="__main__")
"""


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
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCALAWS_", "COGNITO_"))},
        "DJANGO_SETTINGS_MODULE": "todo_project.settings.local",
        "PORT": str(port),
        "LOCALAWS_PORT": str(_free_port()),
        "LOCALAWS_STATE_DIR": str(home / "localaws"),
    }
    log = home / "server.log"
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        server = subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=environment, stdout=output, stderr=output)
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
    """Somebody new with this name, for tests that log out or change the account: logging in costs a quarter of a second."""
    numbers = count(1)
    yield lambda name: Person.registered(f"{name}{next(numbers)}-{os.getpid()}@example.com", site)
    site.http.close()


@pytest.fixture(scope="session")
def account(register: Callable[[str], Person]) -> Callable[[str], Person]:
    """The person of this name, with one account for all tests of this process."""
    return cache(register)


@pytest.fixture
def _no_todos(site: Site) -> None:
    """Nothing of one test is left for the next."""
    site.forget_all()


@pytest.fixture
def alice(account: Callable[[str], Person], _no_todos: None) -> Person:
    """Somebody with an account, who keeps it as it is."""
    return account("alice")


@pytest.fixture
def bob(account: Callable[[str], Person], _no_todos: None) -> Person:
    """Another one."""
    return account("bob")


@pytest.fixture
def charlie(account: Callable[[str], Person], _no_todos: None) -> Person:
    """The outsider, who should have no access to Alice's to-dos."""
    return account("charlie")


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
