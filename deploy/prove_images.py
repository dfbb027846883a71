#!/usr/bin/env python
"""Runs the built images' processes as ECS does: as their user, on a read-only root, ready in time, stopped in time.

    make images && sudo make prove-images
    python deploy/prove_images.py --tag 0123456789ab

It needs Linux and root, and no container engine.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import httpx
from rich.console import Console
from rich.markup import escape

from deploy import contained, containers, images

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deploy.contained import Image
    from deploy.containers import Service

READY_SECONDS: Final = 2  # from the start of the process to the first healthy answer

UNWANTED_PROGRAMS: Final = ("pip", "pip3", "gcc", "cc", "g++", "make", "ld", "git", "curl", "wget")
UNWANTED_PACKAGES: Final = ("pip", "ensurepip", "troposphere", "pytest", "ministack", "hypercorn", "mypy", "ruff")
UNWANTED_FOLDERS: Final = ("tests", "deploy", "web", "bench", "docs", ".git", "local/aws", "local/web")

# Runs inside the image: whatever can be written to, and who the process is.
_LOOK: Final = """
import json, os
def writable(folder):
    name = os.path.join(folder, ".probe")
    try:
        with open(name, "w"):
            pass
    except OSError:
        return False
    os.remove(name)
    return True
folders = [root for top in ("/app", "/opt", "/etc", "/usr", "/var", "/home", "/root", "/run", "/srv", "/mnt", "/dev", "/tmp")
           for root, _, _ in os.walk(top)]
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({"writable": [each for each in ["/", *folders] if writable(each)], "uid": os.getuid(), "gid": os.getgid(),
                  "groups": os.getgroups(), "capabilities": [status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd")],
                  "new": status["NoNewPrivs"].strip()}))
"""


class BrokenError(Exception):
    """Something does not hold; the message says what was found."""


def expect(holds: object, found: str) -> None:
    """Raises BrokenError with what was found instead."""
    if not holds:
        raise BrokenError(found)


def inside(image: Image, folder: Path, *command: str) -> str:
    """What a command prints inside the image. Raises BrokenError when it fails."""
    scratch = image.scratch(folder / "look")
    done = subprocess.run(  # noqa: S603
        image.command(command, scratch), env=image.variables({}), capture_output=True, text=True, check=False
    )
    expect(done.returncode == 0, f"{' '.join(command)} ended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def holds_its_own_app_only(image: Image, service: Service) -> None:
    """Its app, settings and URLs are there, those of the other service are not."""
    app = image.root / "app"
    for each in containers.SERVICES:
        for path in (each.name, f"todo_project/settings/{each.name}.py", f"todo_project/urls/{each.name}.py"):
            there = (app / path).exists()
            expect(there == (each is service), f"/app/{path} is {'there' if there else 'missing'}")


def holds_nothing_else(image: Image, folder: Path) -> None:
    """No tests, no development, no deployment, no packages of theirs, nothing to install or compile with."""
    found = [name for name in UNWANTED_FOLDERS if (image.root / "app" / name).exists()]
    paths = [image.root / name for name in ("usr/bin", "usr/local/bin", "opt/venv/bin")]
    found += [name for name in UNWANTED_PROGRAMS if any((path / name).exists() for path in paths)]
    look = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n)])"
    found += inside(image, folder, "python", "-c", look, *UNWANTED_PACKAGES).split()
    expect(not found, f"it holds {', '.join(found)}")


def says_what_it_is(image: Image, service: Service, tag: str) -> None:
    """User, command, port, commit and the signal to stop, as the task definition and a person expect them."""
    config = image.config
    expect(config["User"] == containers.USER, f"its user is {config['User']!r}")
    expect(tuple(config["Cmd"]) == containers.SERVER, f"its command is {config['Cmd']}")
    expect(f"{service.port}/tcp" in config["ExposedPorts"], f"it exposes {config['ExposedPorts']}")
    expect(config["StopSignal"] == "SIGTERM", f"it is stopped by {config['StopSignal']!r}")
    revision = config["Labels"]["org.opencontainers.image.revision"]
    expect(revision == tag, f"its revision is {revision!r}")
    expect(config.get("Healthcheck"), "it has no health check")


def is_confined(image: Image, folder: Path) -> None:
    """Not root, no capability, and nothing to write to but /tmp and memory."""
    seen = json.loads(inside(image, folder, "python", "-c", _LOOK))
    expect(f"{seen['uid']}:{seen['gid']}" == containers.USER, f"it runs as {seen['uid']}:{seen['gid']}")
    expect(seen["groups"] in ([], [seen["gid"]]), f"it is in the groups {seen['groups']}")
    expect(all(int(each, 16) == 0 for each in seen["capabilities"]), f"its capabilities are {seen['capabilities']}")
    expect(seen["new"] == "1", "it may gain privileges")
    expect(sorted(seen["writable"]) == ["/dev/shm", containers.SCRATCH], f"it can write to {seen['writable']}")  # noqa: S108


def purges(image: Image, service: Service, folder: Path) -> None:
    """The scheduled purge is a command of this image, and of no other."""
    if service is containers.FILES:
        found = subprocess.run(  # noqa: S603
            image.command([*containers.PURGE, "--help"], image.scratch(folder / "purge")),
            env=image.variables(variables(service, 0)), capture_output=True, text=True, check=False,
        )  # fmt: skip
        expect(found.returncode == 0, f"python manage.py purge --help failed: {found.stderr.strip()[-300:]}")
    else:
        expect(not (image.root / "app" / "manage.py").exists(), "manage.py is there")


def variables(service: Service, port: int) -> dict[str, str]:
    """What the task definition sets, with names of things that are not there: the health check asks for none of them."""
    values = dict.fromkeys(service.environment, "none")
    values |= {"DJANGO_SETTINGS_MODULE": service.settings, "ALLOWED_HOSTS": "127.0.0.1", "AWS_REGION": "eu-central-1"}
    values |= {"WEB_CONCURRENCY": str(containers.WORKERS), "WEB_THREADS": str(containers.THREADS)}
    return {**values, containers.SECRET: "s" * 50, "BIND": f"127.0.0.1:{port}"}


class Start:
    """The image's own command, running."""

    def __init__(self, image: Image, service: Service, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / f"{service.name}.log"
        command = image.command(image.config["Cmd"], image.scratch(folder / f"{service.name}-tmp"))
        started = time.monotonic()
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, env=image.variables(variables(service, port)), stdout=log, stderr=log, start_new_session=True
            )
        self.ready_seconds = self._until_ready(started)
        self.computed_seconds = self._computed()

    def _until_ready(self, started: float) -> float:
        while True:
            try:
                if httpx.get(f"{self.url}{containers.HEALTH_PATH}", timeout=0.5).is_success:
                    return time.monotonic() - started
            except httpx.TransportError:
                time.sleep(0.01)
            if self.process.poll() is not None or time.monotonic() - started > containers.GUNICORN_TIMEOUT:
                self.kill()
                raise BrokenError(f"it is not ready:\n{self._log.read_text(errors='replace')[-1500:]}")

    def _computed(self) -> float:
        """Seconds of processor time that all its processes have used."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.process.pid:  # its session
                    ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> float:
        """SIGTERM as ECS sends it; seconds until the process has ended. Raises BrokenError."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(containers.STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise BrokenError(f"it still runs {containers.STOP_TIMEOUT} s after SIGTERM") from None
        expect(status == 0, f"it ended with status {status}")
        return time.monotonic() - started

    def kill(self) -> None:
        """End it at once, however it is."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def is_compiled(image: Image, service: Service, folder: Path) -> None:
    """Nothing is compiled at its start."""
    found = contained.compiled_anew(image, folder / "compiled", variables(service, 0))
    expect(not found, f"{len(found)} modules are compiled at each start: {found[:1]}")


def refuses_to_start_without_its_variables(image: Image, service: Service, folder: Path) -> None:
    """A container without one of its variables ends at once and names it."""
    given = {name: value for name, value in variables(service, 0).items() if name != "TODOS_TABLE"}
    done = subprocess.run(  # noqa: S603
        image.command(image.config["Cmd"], image.scratch(folder / "refuse")),
        env=image.variables(given), capture_output=True, text=True, check=False, timeout=containers.GUNICORN_TIMEOUT,
    )  # fmt: skip
    expect(done.returncode != 0 and "TODOS_TABLE" in done.stderr, f"it ended with status {done.returncode}")


def runs(image: Image, service: Service, folder: Path, say: Callable[[str], None]) -> None:
    """Ready in time, healthy at its own health check's path, stopped in time by SIGTERM."""
    start = Start(image, service, folder)
    try:
        took = f"{start.ready_seconds:.1f} s ({start.computed_seconds:.1f} s of processor time)"
        # Where others compute too, waiting for them is not this process's doing.
        busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        judged = start.computed_seconds if busy else start.ready_seconds
        expect(judged <= READY_SECONDS, f"it was ready after {took}; {READY_SECONDS} s are allowed")
        say(f"ready after {took}, stopped {start.stop():.1f} s after SIGTERM")
    finally:
        start.kill()


def proofs(
    image: Image, service: Service, tag: str, folder: Path, say: Callable[[str], None]
) -> Iterator[tuple[str, Callable[[], None]]]:
    """What must hold, as sentences with what shows it."""
    yield "says what it is: user, command, port, commit, signal", lambda: says_what_it_is(image, service, tag)
    yield "holds its own app, settings and URLs only", lambda: holds_its_own_app_only(image, service)
    yield "holds no tests, tools, deployment, pip or compiler", lambda: holds_nothing_else(image, folder)
    yield "is no root, has no capability, writes to /tmp and memory only", lambda: is_confined(image, folder)
    yield "purges only if it is the image files", lambda: purges(image, service, folder)
    yield "is compiled whole", lambda: is_compiled(image, service, folder)
    yield "refuses to start without its variables", lambda: refuses_to_start_without_its_variables(image, service, folder)
    yield "starts and stops in time", lambda: runs(image, service, folder, say)


def prove(image: Image, service: Service, tag: str, folder: Path, console: Console) -> tuple[int, int]:
    """Show everything about one image; how much of it holds and how much does not."""
    counts, notes = [0, 0], list[str]()
    for sentence, shown_by in proofs(image, service, tag, folder, notes.append):
        try:
            shown_by()
        except BrokenError as error:
            counts[1] += 1
            console.print(f"  [red]✗[/] {sentence}: {escape(str(error))}")
        else:
            counts[0] += 1
            console.print(f"  [green]✓[/] {sentence}{': ' + notes.pop() if notes else ''}")
    return counts[0], counts[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove both images; returns the exit status."""
    lines = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        prog="prove_images.py", description=lines[0], epilog=lines[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tag", help="of the images; default: the commits of this checkout")
    parser.add_argument("--repository", default="localhost", help="prefix of the names (default: %(default)s)")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    passed = failed = 0
    try:
        contained.check_machine()
        builder = images.tool()
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="images-")))
            folder.chmod(0o755)  # the image's user passes through it
            for service in containers.SERVICES:
                tag = options.tag or images.tag(service.name)
                name = f"{options.repository}/{service.name}:{tag}"
                image = stack.enter_context(contained.unpacked(builder, name))
                console.print(f"[bold]{name}[/] ({images.size(builder, name)})")
                held, broken = prove(image, service, tag, folder, console)
                passed, failed = passed + held, failed + broken
    except images.ImageError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 1
    except KeyboardInterrupt:
        return 130
    console.print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
