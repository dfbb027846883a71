"""The state directory of an embedded AWS: what is kept where, which version wrote it, and who holds it.

Layout of `.localaws/`, readable by its owner only::

    version.json                     which MiniStack wrote this
    state.json, state.previous.json  the two newest saves, written whole or not at all (snapshots.py)
    aws/keys, aws/objects            MiniStack's own files: signing keys of tokens, objects of S3
    starting.lock, running.lock      held while somebody starts, and for the life of the server
    running.json, lease              where the running server is; a pipe that every user of it holds open
    server.log, mail.log             the server's log; what Cognito "mailed"
    services.log, services.log.1     what the services log, for `make logs` (localweb/lines.py)
    secret_key, accounts.json        Django's key; passwords of the accounts that `createaccount` made
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

LAYOUT: Final = 1
"""Raised when the layout above changes in a way that older code would misread."""


class LocalAWSError(SystemExit):
    """The embedded AWS cannot be used; the message is one sentence that says why and what to do.

    It ends the process with that sentence and no stack trace, because it is raised while settings are imported, where
    Django would wrap any other exception in pages of traceback.
    """


def ministack_version() -> str:
    """The installed MiniStack, the one that a state must have been written by."""
    return version("ministack")


@dataclass(frozen=True, slots=True)
class StateDirectory:
    """Paths and small files below one directory. Nothing here starts a process or opens a connection."""

    path: Path

    @property
    def keys(self) -> Path:
        return self.path / "aws" / "keys"

    @property
    def objects(self) -> Path:
        return self.path / "aws" / "objects"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def mail(self) -> Path:
        return self.path / "mail.log"

    @property
    def lease(self) -> Path:
        return self.path / "lease"

    @property
    def running(self) -> Path:
        return self.path / "running.json"

    def prepare(self) -> None:
        """Make the directory, and refuse one that another version wrote (`LocalAWSError`). Deletes nothing."""
        if self.path.exists() and not self.path.is_dir():
            raise LocalAWSError(f"{self.path} is not a directory; move it away: the embedded AWS keeps its data there.")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self.keys.mkdir(parents=True, exist_ok=True)
            self.objects.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LocalAWSError(f"{self.path} cannot be written ({error.strerror}); make it writable or remove it.") from None
        written_by = self._written_by()
        if written_by is None:
            write_atomically(self.path / "version.json", json.dumps({"layout": LAYOUT, "ministack": ministack_version()}))
        elif written_by != (LAYOUT, ministack_version()):
            raise LocalAWSError(
                f"The local data in {self.path} was written by MiniStack {written_by[1]} (layout {written_by[0]}), but "
                f"{ministack_version()} (layout {LAYOUT}) is installed. Nothing was changed. Install that version again "
                f"(.venv/bin/pip install ministack=={written_by[1]}), or forget the data: make reset"
            )

    def _written_by(self) -> tuple[int, str] | None:
        path = self.path / "version.json"
        try:
            found = json.loads(path.read_text())
            return found["layout"], found["ministack"]
        except FileNotFoundError:
            if (self.path / "state.json").exists():
                raise LocalAWSError(f"{path} is missing, so nobody can say which version wrote the data: make reset") from None
            return None
        except (ValueError, KeyError, TypeError):
            raise LocalAWSError(f"{path} cannot be read. Restore it, or forget the local data: make reset") from None

    def secret_key(self) -> str:
        """Django's SECRET_KEY of this state: random, made once, so that a login survives a restart."""
        path = self.path / "secret_key"
        if not path.exists():
            write_atomically(path, secrets.token_urlsafe(50))
        return path.read_text()

    def accounts(self) -> dict[str, str]:
        """Passwords by e-mail of the accounts that `createaccount` and `demo` made here."""
        try:
            found: dict[str, str] = json.loads((self.path / "accounts.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def remember_account(self, email: str, password: str) -> None:
        """Keep a throw-away account's password, so that `manage.py token EMAIL` need not ask. Mode 600."""
        write_atomically(self.path / "accounts.json", json.dumps({**self.accounts(), email: password}, indent=1))

    def running_server(self) -> dict[str, Any] | None:
        """`{"pid", "port"}` that the newest server wrote; it may have ended since."""
        try:
            found: dict[str, Any] = json.loads(self.running.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    def try_lock(self, name: str) -> int | None:
        """An open file descriptor that holds the lock, or None when another process has it.

        The kernel drops the lock with the last process that holds the descriptor, kill -9 included: it is never stale.
        """
        descriptor = os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    @contextmanager
    def starting(self, seconds: float = 90) -> Iterator[None]:
        """One starter at a time; the others wait here and then find a running server."""
        deadline = time.monotonic() + seconds
        while (descriptor := self.try_lock("starting.lock")) is None:
            if time.monotonic() > deadline:
                raise LocalAWSError(
                    f"Another process has been starting the embedded AWS of {self.path} for {seconds:.0f} s. "
                    "Stop it and try again."
                )
            time.sleep(0.05)
        try:
            yield
        finally:
            os.close(descriptor)

    def forget(self) -> None:
        """Remove everything below, and the directory."""
        shutil.rmtree(self.path)


def write_atomically(path: Path, text: str, *, keep: Path | None = None) -> None:
    """Write `text` to `path`, whole or not at all, also when the machine stops; mode 600.

    `keep`: where the file that was there before stays available; at no moment is neither of the two there.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if keep is not None and path.exists():
            keep.unlink(missing_ok=True)
            keep.hardlink_to(path)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
