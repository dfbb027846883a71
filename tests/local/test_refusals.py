"""What is in the way of a start gets one sentence that says what to do, and nothing is changed."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from local.aws.connection import connect
from local.aws.state import LocalAWSError, StateDirectory, ministack_version
from tests.local.users import Begin, refused


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of another program's HTTP server."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(state: Path, port: int) -> str:
    """The sentence that a start on this port gets."""
    with pytest.raises(LocalAWSError) as refused:
        connect(StateDirectory(state), port=port, origins=[])
    return str(refused.value)


def test_a_port_that_another_web_server_has(state: Path, stranger: int) -> None:
    assert refusal(state, stranger) == (
        f"Port {stranger}, meant for the embedded AWS, is used by another program. "
        f"Stop it, or choose another port: LOCALAWS_PORT={stranger + 1}"
    )


def test_a_port_that_is_taken_but_silent(state: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        assert refusal(state, port) == (
            f"Port {port}, meant for the embedded AWS, cannot be used (Address already in use). "
            f"Stop it, or choose another port: LOCALAWS_PORT={port + 1}"
        )


def test_a_port_that_the_embedded_aws_of_another_checkout_has(begin: Begin, state: Path, tmp_path: Path) -> None:
    other = begin(state)
    (tmp_path / "mine").mkdir()
    sentence = refusal(tmp_path / "mine", other.port)
    assert f"is used by the one of {state} (process {other.server}), another checkout." in sentence
    assert f"LOCALAWS_PORT={other.port + 1}" in sentence


def test_a_state_that_another_version_wrote(begin: Begin, state: Path) -> None:
    (state / "version.json").write_text(json.dumps({"layout": 1, "ministack": "1.4.0"}))
    before = (state / "state.json").read_bytes()
    sentence = refused(begin(state, wait=False))
    assert f"written by MiniStack 1.4.0 (layout 1), but {ministack_version()} (layout 1) is installed" in sentence
    assert "ministack==1.4.0" in sentence
    assert "make reset" in sentence
    assert (state / "state.json").read_bytes() == before


def test_a_state_whose_version_is_unreadable(state: Path) -> None:
    (state / "version.json").write_text("?")
    with pytest.raises(LocalAWSError, match=r"version\.json cannot be read"):
        StateDirectory(state).prepare()


def test_a_state_without_its_version(state: Path) -> None:
    (state / "version.json").unlink()
    with pytest.raises(LocalAWSError, match="nobody can say which version"):
        StateDirectory(state).prepare()


def test_a_file_in_the_place_of_the_directory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LocalAWSError, match="is not a directory"):
        StateDirectory(tmp_path / "state").prepare()


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalAWSError, match="cannot be written"):
        StateDirectory(tmp_path / "file" / "state").prepare()


def test_a_running_server_of_another_version(begin: Begin, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(state)
    monkeypatch.setattr("local.aws.connection.ministack_version", lambda: "9.9.9")
    with pytest.raises(LocalAWSError, match=r"but 9\.9\.9 is installed by now\. Stop what started it"):
        connect(StateDirectory(state), port=0, origins=[])


def test_somebody_who_never_finishes_starting(state: Path) -> None:
    directory = StateDirectory(state)
    with directory.starting(), pytest.raises(LocalAWSError, match="has been starting"), directory.starting(seconds=0):
        pass


def test_a_lock_that_is_held_by_something_that_does_not_answer(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.aws.connection.START_SECONDS", 0.2)
    directory = StateDirectory(state)
    lock = directory.try_lock("running.lock")
    assert lock is not None
    with pytest.raises(LocalAWSError, match=r"does not answer\. Stop that process"):
        connect(directory, port=0, origins=[])
    os.close(lock)
