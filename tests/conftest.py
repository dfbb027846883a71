"""Personas, and the way they call: real URLs, real tokens, the real store (the embedded AWS, one a test process)."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import httpx
import hypothesis
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from files import storage
from local.aws import accounts
from tests.telemetry.log import lines
from todo_project.aws import dynamodb

PASSWORD = "Correct-horse-9"

# A shell starts background jobs with SIGINT ignored, and programs inherit that: the tests of Ctrl-C need it as terminals have it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Every httpx.get would read all certificates for a connection that uses none, which takes longer than the call itself.
httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)

# Every session of botocore would read the descriptions of AWS's services again, up to half a second for one client.
botocore.session.create_loader = cache(botocore.session.create_loader)  # type: ignore[attr-defined]  # a name that it imports


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many test processes `-n auto` makes: more than cores where those are few, as tests mostly wait for other processes."""
    cores = os.cpu_count() or 2
    return max(cores, min(cores * 2, 8))


ROOT = Path(__file__).parent
UNMEASURED = ("deploy", "web", "security")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The tracer would double the time of tests that run no code of the services here, or none that others do not run too."""
    if any(ROOT / folder in item.path.parents for folder in UNMEASURED):
        item.add_marker(pytest.mark.no_cover)


def pytest_collection_finish() -> None:
    """All tests and what they import stay to the end: the collector need not look at each of them again and again."""
    gc.freeze()


hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _patience(request: pytest.FixtureRequest) -> Iterator[None]:
    """A computer that runs tests side by side is slow, not broken: this process waits longer for AWS than a container does.

    The proofs, which are about an AWS that is slow as well, decide for themselves.
    """
    if any("prove" in item.path.parts for item in request.session.items):
        yield
        return
    # Unlike a container's, it checks parameters: one that DynamoDB does not know must fail with botocore's words.
    patient = Config(connect_timeout=20, read_timeout=20, parameter_validation=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dynamodb, "CONFIG", dynamodb.CONFIG.merge(patient))
        patch.setattr(storage, "CONFIG", storage.CONFIG.merge(patient))
        yield


@dataclass(frozen=True)
class Persona:
    """A logged-in person."""

    name: str
    email: str
    subject: str
    tokens: accounts.Tokens = field(repr=False)

    @property
    def api(self) -> APIClient:
        """Calls with the access token."""
        return client_with(f"Bearer {self.tokens.access}")

    @property
    def legacy(self) -> APIClient:
        """Calls as the published web client does: the ID token, bare."""
        return client_with(self.tokens.id)

    def add(self, title: str = "Buy milk", **fields: Any) -> dict[str, Any]:
        """A new to-do of this person, as the API returns it."""
        answer = self.api.post("/api/me/todos", {"title": title, **fields})
        assert answer.status_code == 201, answer.content
        return answer.json()

    def attach(self, todo_id: str, name: str = "note.txt", content: bytes = b"hello", **headers: str) -> dict[str, Any]:
        """A file attached through the service, as the API returns it."""
        body = {"file": SimpleUploadedFile(name, content, "text/plain")}
        answer = self.api.post(f"/api/{todo_id}/files", body, format="multipart", headers=headers)
        assert answer.status_code == 201, answer.content
        return answer.json()


def client_with(authorization: str | None) -> APIClient:
    """A client whose every request carries this header, and whose bodies are JSON unless a test says otherwise."""
    client = APIClient(raise_request_exception=False)
    client.default_format = "json"
    if authorization:
        client.credentials(HTTP_AUTHORIZATION=authorization)
    return client


@pytest.fixture(scope="session")
def personas() -> Callable[[str], Persona]:
    """Registers and logs in a person, once a test process: signing in with SRP is slow on purpose."""

    @cache
    def persona(name: str) -> Persona:
        email = f"{name.lower()}@example.com"
        subject = accounts.create_account(email, PASSWORD)
        return Persona(name, email, subject, accounts.tokens(email, PASSWORD))

    return persona


@pytest.fixture
def calls_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The names of the calls to AWS, by whichever client of this process, since it was last asked."""
    made: list[str] = []
    call = BaseClient._make_api_call

    def note(client: Any, name: str, parameters: Any) -> Any:
        made.append(name)
        return call(client, name, parameters)

    def since() -> list[str]:
        told = list(made)
        made.clear()
        return told

    monkeypatch.setattr(BaseClient, "_make_api_call", note)
    return since


@pytest.fixture
def _empty_tables() -> Iterator[None]:
    """Nothing of one test is left for the next."""
    yield
    for table, names in ((settings.TODOS_TABLE, ("userID", "todoID")), (settings.FILES_TABLE, ("todoKey", "fileID"))):
        items = dynamodb.client().scan(TableName=table, ProjectionExpression=", ".join(names))["Items"]
        while items:
            for start in range(0, len(items), 25):
                batch = [{"DeleteRequest": {"Key": key}} for key in items[start : start + 25]]
                dynamodb.client().batch_write_item(RequestItems={table: batch})
            items = dynamodb.client().scan(TableName=table, ProjectionExpression=", ".join(names))["Items"]


@pytest.fixture
def alice(personas: Callable[[str], Persona], _empty_tables: None) -> Persona:
    """Owns what a test is about."""
    return personas("Alice")


@pytest.fixture
def bob(personas: Callable[[str], Persona], _empty_tables: None) -> Persona:
    """Another owner."""
    return personas("Bob")


@pytest.fixture
def charlie(personas: Callable[[str], Persona], _empty_tables: None) -> Persona:
    """The outsider, who should have no access to Alice's to-dos."""
    return personas("Charlie")


@pytest.fixture
def anonymous() -> APIClient:
    """Nobody."""
    return client_with(None)


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines written to the log from here on."""
    with lines() as written:
        yield written


@pytest.fixture
def problem() -> Callable[..., dict[str, Any]]:
    """Asserts that a response is a problem document of a status and code, and gives its body."""

    def check(answer: Any, status: int, code: str) -> dict[str, Any]:
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert body["type"] == f"urn:problem:todo:{code}"
        assert body["status"] == status
        assert body["requestID"] == answer.headers["X-Request-ID"]
        return body

    return check
