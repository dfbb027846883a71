"""`kill -9` loses at most the last seconds, and leaves nothing that blocks the next start."""

import os
import signal
import time
from pathlib import Path

from tests.local.users import Begin, is_alive, until


def test_writes_are_saved_within_5_seconds_and_survive_a_killed_server(begin: Begin, state: Path) -> None:
    user = begin(state, measured=True)
    user.put("early")
    written = time.monotonic()
    until(lambda: '"early"' in (state / "state.json").read_text())
    assert time.monotonic() - written < 5
    user.put("perhaps lost")
    os.kill(user.server, signal.SIGKILL)
    user.stop()
    again = begin(state)
    assert "early" in again.rows()
    assert again.stop() == ""


def test_a_killed_starter_loses_nothing_and_leaves_no_server(begin: Begin, state: Path) -> None:
    user = begin(state)
    user.put("just written")
    server = user.server
    user.kill()
    until(lambda: not is_alive(server))
    assert begin(state).rows() == {"just written"}


def test_both_killed_at_once_leave_nothing_that_blocks(begin: Begin, state: Path) -> None:
    user = begin(state)
    user.put("early")
    until(lambda: '"early"' in (state / "state.json").read_text())
    server = user.server
    user.process.kill()
    os.kill(server, signal.SIGKILL)
    user.process.wait()
    (state / "state.json.abc.tmp").write_text("half-written")
    assert begin(state, user.port).rows() == {"early"}


def test_objects_written_just_before_a_kill_are_there(begin: Begin, state: Path) -> None:
    user = begin(state)
    bucket = user.variables["ATTACHMENTS_BUCKET"]
    version = user.client("s3").put_object(Bucket=bucket, Key="a/b/c/file.txt", Body=b"content")["VersionId"]
    os.kill(user.server, signal.SIGKILL)
    user.stop()
    found = begin(state).client("s3").get_object(Bucket=bucket, Key="a/b/c/file.txt", VersionId=version)
    assert found["Body"].read() == b"content"


def test_a_terminated_server_saves_first(begin: Begin, state: Path) -> None:
    user = begin(state, measured=True)
    user.put("just written")
    server = user.server
    os.kill(server, signal.SIGTERM)
    until(lambda: not is_alive(server))
    assert "just written" in (state / "state.json").read_text()
