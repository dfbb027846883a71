"""`make prove`: the promises of docs/reference/reliability.md, tried. Not part of `make test`: named on the command line only.

Each test says through `proof` which promise it tries, how, and how often; table.py writes the page's table from that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from django.conf import settings
from django.core.files.storage import storages

from files import storage
from tests.prove.record import Proof, write_down
from todo_project.aws import deadline, dynamodb, timestamps

_failed = pytest.StashKey[bool]()


def asked(config: pytest.Config) -> bool:
    """Only when asked for by name: these take minutes."""
    return any(
        "tests/prove" in str(Path(argument).resolve()) for argument in config.invocation_params.args if argument[:1] != "-"
    )


def pytest_configure(config: pytest.Config) -> None:
    """pyproject.toml switches schemathesis' plugin off, for every other test."""
    if asked(config):
        config.pluginmanager.import_plugin("schemathesis.pytest.plugin")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """See `asked`."""
    return None if asked(config) else True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Remembers failures for `proof`."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[Proof]:
    """Writes down what became of a promise, also when it broke."""
    one = Proof()
    yield one
    one.held = not request.node.stash.get(_failed, False)
    write_down(one, request.node)


class Clock:
    """The containers' clock: real time and an offset that a test moves."""

    offset = timedelta()
    days = staticmethod(lambda count: timedelta(days=count))

    def now(self, _zone: Any) -> datetime:
        """In place of datetime.now in timestamps.py."""
        return datetime.now(UTC) + self.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The services' clock, to move."""
    moved = Clock()
    monkeypatch.setattr(timestamps, "datetime", moved)
    return moved


@contextmanager
def patience() -> Iterator[None]:
    """Where no fault is tried, a busy computer must cause none: the embedded AWS may take longer than AWS would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deadline, "ATTEMPTS_BEGIN_SECONDS", 60.0)
        patch.setattr(dynamodb, "CONFIG", dynamodb.CONFIG.merge(Config(connect_timeout=20, read_timeout=20)))
        patch.setattr(storage, "CONFIG", storage.CONFIG.merge(Config(connect_timeout=20, read_timeout=20)))
        forget_clients()
        yield
    forget_clients()


def forget_clients() -> None:
    """The next call makes new ones, with the settings of then."""
    for cached in (dynamodb.client, storage.resource):
        cached.cache_clear()
    storages._storages.clear()


@pytest.fixture(scope="module", autouse=True)
def _patient(request: pytest.FixtureRequest) -> Iterator[None]:
    with patience() if not request.module.__name__.endswith("test_faults") else nullcontext():
        yield


@pytest.fixture
def rows() -> Callable[[str], list[dict[str, Any]]]:
    """All rows of a table."""

    def call(table: str) -> list[dict[str, Any]]:
        pages = dynamodb.client().get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    return call


@pytest.fixture
def objects() -> Iterator[Callable[[], set[str]]]:
    """The keys of the objects in the bucket, which is emptied before and afterwards."""

    def call() -> set[str]:
        pages = storage.client().get_paginator("list_objects_v2").paginate(Bucket=settings.ATTACHMENTS_BUCKET)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def empty_bucket() -> None:
        keys = sorted(call())
        for start in range(0, len(keys), storage.DELETE_MAX):
            storage.delete(keys[start : start + storage.DELETE_MAX])

    empty_bucket()
    yield call
    with patience():
        empty_bucket()


@pytest.fixture
def empty(rows: Callable[[str], list[dict[str, Any]]], objects: Callable[[], set[str]]) -> Callable[[], None]:
    """Deletes all that is stored."""

    def call() -> None:
        for table, names in ((settings.TODOS_TABLE, ("userID", "todoID")), (settings.FILES_TABLE, ("todoKey", "fileID"))):
            for row in rows(table):
                dynamodb.client().delete_item(TableName=table, Key={name: row[name] for name in names})
        if keys := sorted(objects()):
            storage.delete(keys)

    return call
