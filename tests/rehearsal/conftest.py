"""The rehearsal: every stack in an embedded AWS whose ECS runs the two images. docs/how-to/rehearsal.md says what it shows."""

import time
from contextlib import ExitStack

import pytest

from deploy.configuration import Configuration
from tests import engine
from tests.embedded import adapted, left_out
from tests.journey import Account, Site, Visitor, Work
from tests.rehearsal.emulated import ENDPOINT, REGION, embedded_aws
from tests.rehearsal.environment import Environment

STAGES = ("deployment", "journey", "logs", "purge", "environments", "roles", "rollback", "release", "transitions", "removal")
"""In this order: each leaves the environment as it found it, but for the last three."""
PAGE = '<!doctype html><title>To-do</title><script src="/assets/index-1.js"></script>'

SUMMARY = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: STAGES.index(item.path.stem.removeprefix("test_")))
    for item in items:
        item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """The folder of a page that is built already."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text(PAGE)
    (folder / "assets").mkdir()
    (folder / "assets" / "index-1.js").write_text("void 0;")
    return folder


@pytest.fixture(scope="session")
def started():
    """When `up` started, by the monotonic clock: the first environment's, from an empty account."""
    return []


@pytest.fixture(scope="session")
def environment(summary, page, started, tmp_path_factory):
    """Deployed with the two images of this checkout, with healthy tasks."""
    images = {service: engine.built(service) for service in ("todos", "files")}
    with embedded_aws(tmp_path_factory.mktemp("rehearsal")):
        environment = Environment(Configuration("dev"), images)
        started.append(time.monotonic())
        printed = environment.up(page)
        summary += [line for line in printed.splitlines() if "It costs" in line]
        environment.start_tasks()
        yield environment


@pytest.fixture(scope="session")
def site(environment):
    """What a visitor's browser knows: the address of the distribution and the web client."""
    identity = environment.outputs("identity")
    return Site(
        url=ENDPOINT,
        region=REGION,
        user_pool_id=identity["UserPoolId"],
        client_id=identity["WebClientId"],
        cognito_endpoint=ENDPOINT,
        # There is no TLS: the header says that the visitor came by it.
        headers={
            "Host": environment.outputs("web")["DistributionHost"],
            "X-Forwarded-Proto": "https",
            # The embedded HTTP API drops Content-Encoding.
            "Accept-Encoding": "identity",
        },
    )


@pytest.fixture(scope="session")
def visitor(site):
    """A new visitor of that name."""
    with ExitStack() as stack:

        def visitor(name):
            new = Visitor(site, Account.new(name))
            stack.callback(new.close)
            return new

        yield visitor


@pytest.fixture(scope="session")
def alice(visitor, started, summary):
    """Registered and signed in."""
    alice = visitor("alice")
    alice.register()
    alice.log_in()
    alice.json("POST", "/api/me/todos", 201, json={"title": "The first"})
    summary.append(f"The first to-do was there {time.monotonic() - started[0]:.0f} s after `deploy.py up` started.")
    return alice


@pytest.fixture(scope="session")
def work(alice):
    """A new to-do of Alice's with an attachment."""

    def work():
        new = Work(alice)
        new.creates()
        new.attaches_through_the_service()
        return new

    return work


@pytest.fixture(scope="session")
def summary(request):
    """Lines that are shown at the end of the run."""
    return request.config.stash.setdefault(SUMMARY, [])


def pytest_terminal_summary(terminalreporter, config):
    if SUMMARY not in config.stash:
        return
    terminalreporter.section("What differs from AWS")
    terminalreporter.line(f"Left out, because {left_out.NOT_CREATED}: {', '.join(left_out.LEFT_OUT)}")
    for kind, reason in adapted.REASONS.items():
        terminalreporter.line(f"{kind}: {reason}")
    terminalreporter.section("What the rehearsal saw")
    for line in config.stash[SUMMARY]:
        terminalreporter.line(line)
