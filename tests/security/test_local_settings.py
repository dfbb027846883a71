"""The laptop's settings refuse to run where they look like production."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws.state import ROOT
from tests.local.conftest import beginning

pytestmark = pytest.mark.promise(
    "Local settings refuse to run where they look like production",
    "keys of a real account, variables of a container on AWS, public addresses",
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data of an embedded AWS that runs: who needs one attaches, which takes less than starting one."""
    directory = tmp_path_factory.mktemp("local") / "state"
    with beginning() as begin:
        begin(directory)
        yield directory


def start(state: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """manage.py with a clean environment and these variables."""
    machine = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {"LOCALAWS_STATE_DIR": str(state), "LOCALAWS_PORT": "0", **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**machine, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_works(state: Path) -> None:
    ended = start(state, "check", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"])  # pragma: allowlist secret
def test_with_the_key_of_a_real_account(key: str, state: Path) -> None:
    ended = start(state, "check", AWS_ACCESS_KEY_ID=key)
    assert ended.returncode != 0
    assert "AWS_ACCESS_KEY_ID is the key of a real account" in ended.stderr
    assert key not in ended.stderr


@pytest.mark.parametrize("name", ["ECS_CONTAINER_METADATA_URI_V4", "AWS_EXECUTION_ENV", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"])
def test_in_a_container_on_aws(name: str, state: Path) -> None:
    ended = start(state, "check", **{name: "something"})
    assert ended.returncode != 0
    assert f"{name} says that this is a container on AWS" in ended.stderr


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000", "10.0.0.7:8000"])
def test_bound_to_a_public_address(bind: str, state: Path) -> None:
    ended = start(state, "check", BIND=bind)
    assert ended.returncode != 0
    assert "would open them to others" in ended.stderr


@pytest.mark.parametrize("address", ["0.0.0.0:0", "0:8123", "10.0.0.7:8123", "[::]:8123"])
def test_served_on_a_public_address(address: str, state: Path) -> None:
    ended = start(state, "runserver", "--noreload", address)
    assert ended.returncode != 0
    assert "This server is for this computer alone" in ended.stderr
