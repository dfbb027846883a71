"""Embedded AWS servers with state directories of their own, and commands of manage.py that use them."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.local.users import ROOT, SITE, USER, Begin, Command, User, attached, clean_environment, is_alive, until


@contextlib.contextmanager
def beginning() -> Iterator[Begin]:
    """What the fixture `begin` is, for fixtures of a wider scope."""
    users: list[User] = []

    def start(
        directory: Path | str, port: int = 0, *, wait: bool = True, site: str = SITE, measured: bool = False, **variables: object
    ) -> User:
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(directory), str(port), site],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=clean_environment(measured=measured, **variables),
        )
        user = User(Path(directory), process)
        users.append(user)
        return attached(user) if wait else user

    yield start
    for user in users:
        if user.process.poll() is None:
            user.process.communicate(timeout=30)
        for stream in (user.process.stdin, user.process.stdout, user.process.stderr):
            if stream:
                stream.close()


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Start a user process of a state directory; `wait=False` returns before it is attached."""
    with beginning() as start:
        yield start


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory as a first run leaves it, made once a test process."""
    directory = tmp_path_factory.mktemp("localaws") / "provisioned"
    process = subprocess.run(
        [sys.executable, "-c", USER, str(directory), "0", SITE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(measured=True),
        check=False,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    return directory


@pytest.fixture
def state(provisioned: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(provisioned, tmp_path / "state"))


@pytest.fixture
def manage(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Start `manage.py` with local settings."""
    commands: list[Command] = []

    def start(*arguments: str, measured: bool = False, **variables: object) -> Command:
        log = tmp_path / f"output-{len(commands)}.txt"
        # Under nohup this process ignores a hangup, and its child would too.
        hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=clean_environment(measured=measured, PYTHONUNBUFFERED=1, **variables),
                start_new_session=True,
            )
        signal.signal(signal.SIGHUP, hangup)
        commands.append(Command(process, log))
        return commands[-1]

    yield start
    for command in commands:
        if command.process.poll() is None:
            pids = command.processes()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(command.process.pid, signal.SIGINT)
            command.process.wait(40)
            until(lambda pids=pids: not any(map(is_alive, pids)))
