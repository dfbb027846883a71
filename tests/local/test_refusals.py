"""What is in the way of a start gets one sentence that says what to do, and nothing is changed."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from local.aws import process
from local.aws.state import MINISTACK, LocalAWSError
from tests.local.users import Begin, Command, free_port, refused

Manage = Callable[..., Command]


def test_a_port_that_another_program_has(begin: Begin, state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refused(begin(state, port, wait=False)) == (
            f"Port {port} cannot be used (Address already in use). "
            f"The embedded AWS of another checkout may have it. Choose another: LOCALAWS_PORT={port + 1}"
        )


def test_a_state_that_another_version_wrote(begin: Begin, state: Path) -> None:
    newest = state / "state.json"
    newest.write_text(json.dumps({**json.loads(newest.read_text()), "ministack": "1.4.0"}))
    before = newest.read_bytes()
    sentence = refused(begin(state, wait=False))
    assert f"MiniStack 1.4.0 wrote the local data in {state}, but {MINISTACK} is installed. Nothing was changed." in sentence
    assert newest.read_bytes() == before


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LocalAWSError, match=r"cannot be kept in .*/state \(File exists\): set LOCALAWS_STATE_DIR"):
        process.attach_or_start(tmp_path / "state", port=0, origins=[])


def test_somebody_who_never_finishes_starting(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "ATTACH_SECONDS", 0.2)
    lock = process.try_lock(state)
    assert lock is not None
    with pytest.raises(LocalAWSError, match="has been starting or stopping for"):
        process.attach_or_start(state, port=0, origins=[])
    process.os.close(lock)


@pytest.mark.parametrize(
    ("command", "variables", "sentence"),
    [
        ("runserver", {"PORT": "abc"}, "PORT=abc is not a port: it must be a number from 1 to 65535.\n"),
        ("runserver", {"PORT": "99999"}, "PORT=99999 is not a port: it must be a number from 1 to 65535.\n"),
        ("runserver", {"LOCALAWS_PORT": "x"}, "LOCALAWS_PORT=x is not a port: it must be a number from 0 to 65535.\n"),
        ("runserver", {"BIND": "0.0.0.0:8000"}, "These settings are for this computer alone: BIND=0.0.0.0:8000 would"),
        ("runserver", {"AWS_EXECUTION_ENV": "CloudShell"}, "These settings are for a laptop, but AWS_EXECUTION_ENV says"),
        ("runserver", {"AWS_ACCESS_KEY_ID": "AKIAZ"}, "These settings are for a laptop, but AWS_ACCESS_KEY_ID is the key"),
        ("services", {"AWS_ACCESS_KEY_ID": "AKIAZ"}, "These settings are for a laptop, but AWS_ACCESS_KEY_ID is the key"),
        ("demo", {"PORT": "abc"}, "PORT=abc is not a port: it must be a number from 1 to 65535.\n"),
    ],
)
def test_settings_that_cannot_work(
    manage: Manage, tmp_path: Path, command: str, variables: dict[str, str], sentence: str
) -> None:
    started = manage(command, **{"LOCALAWS_STATE_DIR": tmp_path / "state", **variables})
    assert started.process.wait(60) == 1
    assert started.output.startswith(sentence)
    assert started.output.count("\n") == 1
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("command", ["runserver", "services", "demo"])
def test_data_that_cannot_be_used(manage: Manage, state: Path, command: str) -> None:
    (state / "state.json").write_text("damaged")
    started = manage(command, LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=0, PORT=free_port())
    assert started.process.wait(60) == 1
    assert started.output.startswith("Neither ")
    assert started.output.count("\n") == 1


def test_an_empty_secret_key_of_the_shell_changes_nothing(manage: Manage, state: Path) -> None:
    started = manage("check", LOCALAWS_STATE_DIR=state, LOCALAWS_PORT=0, SECRET_KEY="")
    assert started.process.wait(60) == 0, started.output
