"""A disk that takes no more: the embedded AWS says so, acknowledges no upload, and goes on when there is room again."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.local.users import ROOT, SITE, USER, Begin, User, clean_environment, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's")

Full = Callable[[bool], None]


@pytest.fixture
def user(begin: Begin, state: Path) -> User:
    return begin(state, measured=True)


@pytest.fixture
def full(user: User) -> Full:
    """Lets the kernel refuse every byte that the server writes to a file (EFBIG for ENOSPC), or no longer."""
    server, before = user.server, resource.prlimit(user.server, resource.RLIMIT_FSIZE)

    def change(is_full: bool) -> None:
        resource.prlimit(server, resource.RLIMIT_FSIZE, (0, before[1]) if is_full else before)

    return change


def says(user: User) -> str:
    """The next line in the terminal."""
    assert user.process.stderr
    return user.process.stderr.readline()


def upload(user: User, key: str) -> None:
    user.client("s3").put_object(Bucket=user.variables["ATTACHMENTS_BUCKET"], Key=key, Body=b"content")


def test_saving_goes_on_when_there_is_room_again(user: User, state: Path, full: Full) -> None:
    full(True)
    user.put("while full")
    assert says(user).startswith("The embedded AWS cannot save: [Errno 27] File too large.")
    assert list(state.glob("*.tmp")) == []
    full(False)
    assert says(user) == "The embedded AWS saves again. Nothing was lost.\n"
    os.kill(user.server, signal.SIGKILL)
    assert '"while full"' in (state / "state.json").read_text()


def test_an_upload_is_not_acknowledged(user: User, full: Full, begin: Begin) -> None:
    upload(user, "before.txt")
    full(True)
    with pytest.raises(ClientError) as refused:
        upload(user, "lost.txt")
    assert refused.value.response["Error"]["Code"] == "ServiceUnavailable"
    full(False)
    upload(user, "after.txt")
    user.stop()
    again = begin(user.directory)
    found = again.client("s3").list_objects_v2(Bucket=again.variables["ATTACHMENTS_BUCKET"])["Contents"]
    assert [item["Key"] for item in found] == ["after.txt", "before.txt"]


def test_a_last_save_that_fails_is_said_and_keeps_the_one_before(user: User, state: Path, full: Full, begin: Begin) -> None:
    user.put("saved")
    until(lambda: '"saved"' in (state / "state.json").read_text())
    full(True)
    user.put("lost")
    assert "cannot save" in user.stop()
    assert begin(state).rows() == {"saved"}


def test_a_start_on_a_full_disk_gets_a_sentence(state: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-c", USER, str(state), "0", SITE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        check=False,
        timeout=60,
    )
    assert started.returncode == 1
    assert started.stderr.startswith("The embedded AWS cannot start: [Errno ")
    assert started.stderr.count("\n") == 1
