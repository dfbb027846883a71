"""Child processes of the rehearsal: each with a log of its own, all ended when the block is left, whatever happens."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
STOP_SECONDS: Final = 10
TAIL_LINES: Final = 25


class Processes:
    """A folder and the processes that use it. Use as a context manager; ``folder`` disappears with the last process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
        self._running: list[subprocess.Popen[bytes]] = []
        guard = Path(__file__).with_name("guard.py")
        self._guard = subprocess.Popen(  # noqa: S603  # this interpreter, our own file
            [sys.executable, str(guard), str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            self.stop(process)
        self._guard.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start ``command`` in the repository's root with exactly this environment; output goes to ``name``'s log.

        It gets a process group of its own, which the guard learns of at once.
        """
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  # commands of the task definitions and of this package
                command, cwd=ROOT, env=dict(environment), stdout=log, stderr=log, start_new_session=True
            )
        self._running.append(process)
        if self._guard.stdin:
            self._guard.stdin.write(f"{process.pid}\n".encode())
            self._guard.stdin.flush()
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """SIGTERM, as ECS does; SIGKILL when that is not heard."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self._running:
            self._running.remove(process)

    def log(self, name: str) -> Path:
        """The file with everything ``name`` wrote."""
        return self.folder / f"{name}.log"

    def positions(self) -> dict[Path, int]:
        """Every log and how long it is now."""
        return {log: log.stat().st_size for log in self.folder.glob("*.log")}

    def written_since(self, positions: Mapping[Path, int]) -> str:
        """What all of them have written since ``positions`` were taken."""
        return "".join(log.read_bytes()[positions.get(log, 0) :].decode(errors="replace") for log in self.folder.glob("*.log"))

    def tail(self, name: str) -> str:
        """The last lines ``name`` wrote."""
        path = self.log(name)
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-TAIL_LINES:])
