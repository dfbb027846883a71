"""A pool whose keys the tests hold, and snapshots of all that is stored."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from files import storage
from tests.prove.conftest import patience
from tests.security.forgeries import Forge
from todo_project.api import authentication
from todo_project.aws import dynamodb


def pytest_configure(config: pytest.Config) -> None:
    """The mark by which a test says which row of docs/reference/reliability.md it holds (tests/prove/record.py)."""
    config.addinivalue_line("markers", "promise(what, how, each=1, chapter='Nobody in'): a row of docs/reference/reliability.md")


@pytest.fixture(scope="module", autouse=True)
def _patient() -> Iterator[None]:
    """No fault is tried here."""
    with patience():
        yield


@pytest.fixture(scope="session")
def forge() -> Forge:
    """Three keys, made once."""
    return Forge()


@pytest.fixture
def pool(forge: Forge, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Forge:
    """The services take this pool's keys for the user pool's."""
    settings.COGNITO_JWKS_URL = f"http://keys.test/{uuid4()}"
    monkeypatch.setattr(authentication.KeySet, "fetch_data", lambda _: forge.key_set())
    return forge


@pytest.fixture
def stored() -> Callable[[], Any]:
    """Everything in both tables, and every object with its size."""

    def call() -> Any:
        tables = [
            sorted(map(repr, dynamodb.client().scan(TableName=name, ConsistentRead=True)["Items"]))
            for name in (settings.TODOS_TABLE, settings.FILES_TABLE)
        ]
        found = storage.client().list_objects_v2(Bucket=settings.ATTACHMENTS_BUCKET).get("Contents", [])
        return tables, sorted((entry["Key"], entry["Size"], entry["ETag"]) for entry in found)

    return call


@pytest.fixture(autouse=True)
def _empty_bucket() -> Iterator[None]:
    """No object of one test is left for the next."""
    yield
    found = storage.client().list_objects_v2(Bucket=settings.ATTACHMENTS_BUCKET).get("Contents", [])
    if found:
        storage.delete([entry["Key"] for entry in found])
