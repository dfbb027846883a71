"""A running service, and the examples of a document: what is written is run."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MARK = "<<< end of block >>>"
FENCE = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVERS = {"make run": ("runserver",), "make services": ("services", "--todos-port", "8080", "--files-port", "8081")}
"""Commands that a page starts in the first terminal, and the management command behind each."""


@pytest.fixture(scope="session")
def ci_targets() -> set[str]:
    """The targets that .ci/run makes."""
    steps = re.findall(r"^ *step .*?\bmake (.+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    return {word for step in steps for word in step.split()}


@dataclass(frozen=True)
class Example:
    """A block of commands, and what the block after it (``json`` or ``text``, directly below) says they print."""

    commands: str
    kind: str | None
    expected: str


def examples(text: str) -> list[Example]:
    """The ``sh`` blocks of a document, in order, without those whose comment says where else they run."""
    found = []
    blocks = list(FENCE.finditer(text))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block[2] != "sh" or block[1]:
            continue
        shown = following if following and following.start() == block.end() + 1 and following[2] in {"json", "text"} else None
        found.append(Example(block[3], shown[2] if shown else None, shown[3] if shown else ""))
    return found


def elsewhere(text: str, where: str) -> list[str]:
    """The commands of the blocks with this comment above them, such as ``first terminal``."""
    return [block[3].strip() for block in FENCE.finditer(text) if block[1] == where]


MAKE = 'make() { command make --no-print-directory --old-file .venv/.installed "$@"; }\n'
"""Targets run with the packages that the tests run with."""


def clean_environment(**variables: str) -> dict[str, str]:
    """This computer's, without what pytest and its settings have added."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, **variables}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Service:
    """What a page's commands run against: a running `make run` or `make services` with data of its own, or nothing."""

    ports: dict[int, int]
    """From a port that pages write to the port here."""
    environment: dict[str, str]
    root: Path = ROOT
    """The checkout: this one, or a copy of it."""

    def run(self, found: list[Example]) -> list[str]:
        """Runs the blocks in one shell, at the checkout's root, with ports as they are here; what each one printed."""
        blocks = "".join(f"{example.commands}printf '\\n{MARK}\\n'\n" for example in found)
        for written, here in self.ports.items():
            blocks = blocks.replace(f"127.0.0.1:{written}", f"127.0.0.1:{here}")
        script = f"{MAKE}{blocks}".replace(".venv/bin/python", sys.executable)
        ended = subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
        said = ended.stdout
        for written, here in self.ports.items():
            said = said.replace(f"127.0.0.1:{here}", f"127.0.0.1:{written}")
        said = re.sub(r" +$", "", said, flags=re.MULTILINE)
        return [output.strip("\n") for output in said.split(f"\n{MARK}\n")[:-1]]


@contextmanager
def serve(state: Path, command: str = "make run") -> Iterator[Service]:
    """One of SERVERS on free ports, until it is told to stop as Ctrl-C does."""
    ports = {written: free_port() for written in (8000, 8080, 8081, 4566)}
    environment = clean_environment(
        PORT=str(ports[8000]), LOCALAWS_PORT=str(ports[4566]), LOCALAWS_STATE_DIR=str(state), PYTHONUNBUFFERED="1"
    )
    arguments = [str(ports.get(int(word), word)) if word.isdigit() else word for word in SERVERS[command]]
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops" in line:
            break
    else:
        pytest.fail("".join(said))
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    drain.start()
    try:
        yield Service(ports, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        drain.join()
        process.stdout.close()


@pytest.fixture
def serving() -> Callable[[Path], Any]:
    """`with serving(directory) as service:` a running service whose data is in that directory."""
    return serve


@pytest.fixture
def page_service(tmp_path: Path) -> Callable[[str], Any]:
    """`with page_service(text) as service:` what the page starts in its first terminal; nothing if it starts nothing."""

    @contextmanager
    def start(text: str) -> Iterator[Service]:
        commands = elsewhere(text, "first terminal")
        if commands:
            (command,) = commands
            with serve(tmp_path / "state", command) as service:
                yield service
        else:
            yield Service({}, clean_environment())

    return start


@pytest.fixture
def copied(tmp_path: Path) -> Service:
    """A copy of this checkout in a Git repository of its own, for pages that change files."""
    place = tmp_path / "copy"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    for command in (["init", "-q"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    (place / ".venv").symlink_to(ROOT / ".venv")
    return Service({}, clean_environment(), place)


@pytest.fixture
def check_examples() -> Callable[[Service, str], None]:
    """Runs every ``sh`` block of a document's text and holds what it prints against what the document shows."""

    def check(service: Service, text: str) -> None:
        found = examples(text)
        assert found
        for example, printed in zip(found, service.run(found), strict=True):
            if example.kind is None:
                continue
            if example.kind == "json":
                alike = matches(json.loads(printed), json.loads(example.expected))
            else:
                alike = matches(printed, example.expected.strip("\n"))
            assert alike, f"{example.commands}\nprinted\n{printed}\nbut the document shows\n{example.expected}"

    return check


def matches(value: Any, shown: Any) -> bool:
    """Whether a value is what is shown, where `…` in a shown text stands for anything."""
    if isinstance(shown, dict) and isinstance(value, dict):
        return list(value) == list(shown) and all(matches(value[name], shown[name]) for name in shown)
    if isinstance(shown, list) and isinstance(value, list):
        return len(value) == len(shown) and all(map(matches, value, shown))
    if isinstance(shown, str) and isinstance(value, str):
        return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), value, re.DOTALL) is not None
    return bool(value == shown)
