"""compose.yaml run as far as a machine without a container engine can: `sudo .venv/bin/python -m compose.prove`.

The images' own files and commands (deploy/contained.py), the proxy's own configuration and the embedded AWS, all in one network
of their own as compose.yaml has it, and the smoke test through the proxy. Needs Linux, root, nginx, the built images and page.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import yaml
from rich.console import Console

from compose import aws
from deploy import contained, containers, images, smoke
from deploy.release.visitor import JourneyError

ROOT: Final = Path(__file__).resolve().parents[1]
SECONDS: Final = 60
SITE: Final = "http://127.0.0.1:8000"
INSIDE: Final = "--inside"


class NotReadyError(Exception):
    """A part of compose.yaml does not start; the message names it."""


@contextmanager
def running(command: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A process for the length of the block, ended by SIGTERM."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)  # noqa: S603
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def until_answers(url: str, log: Path) -> None:
    """Raises NotReadyError after a minute without an answer."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=SECONDS)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise NotReadyError(f"{url} does not answer:\n{log.read_text(errors='replace')[-1500:]}")


def prove(tag: str | None, console: Console) -> bool:
    """Inside a network and mounts of its own: start everything as compose.yaml says; whether the smoke test passes."""
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    builder = images.engine()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compose-")))
        folder.chmod(0o755)
        environment = folder / "environment"
        environment.mkdir()
        data = folder / "data" / "aws"
        log = folder / "aws.log"
        own = [sys.executable, "-m", "compose.aws", "--data", str(data), "--environment", str(environment)]
        stack.enter_context(running(own, log))
        deadline = time.monotonic() + SECONDS
        while not aws.check(data, environment):
            if time.monotonic() > deadline:
                raise NotReadyError(f"The embedded AWS does not start:\n{log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.2)
        for service in containers.SERVICES:
            name = f"localhost/{service.name}:{tag or images.tag(service.name)}"
            image = stack.enter_context(contained.unpacked(builder, name))
            shutil.copytree(environment, image.root / "environment")
            command = [word.replace("$$", "$") for word in services[service.name]["command"]]
            log = folder / f"{service.name}.log"
            variables = image.variables(services[service.name]["environment"])
            scratch = image.scratch(folder / f"{service.name}-tmp")
            stack.enter_context(running(image.command(command, scratch), log, variables))
            until_answers(f"http://127.0.0.1:{service.port}{containers.HEALTH_PATH}", log)
            console.print(f"{service.name} runs the files of {name}.")
        # The folders where the proxy's image has them.
        conf = (ROOT / "compose" / "nginx.conf").read_text().replace("/tmp/", f"{folder}/")  # noqa: S108
        conf = conf.replace("/srv/page", str(ROOT / "web" / "dist")).replace("alias /environment", f"alias {environment}")
        (folder / "nginx.conf").write_text(conf)
        log = folder / "proxy.log"
        stack.enter_context(running(["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off; user root;"], log))
        until_answers(SITE, log)
        return smoke.smoke(SITE, console)


def main() -> int:
    """Enter a network and mounts of one's own, then prove; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m compose.prove", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--tag", help="of the images; default: the commits of this checkout")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    if shutil.which("nginx") is None:
        console.print("nginx is not installed: install it from your distribution's packages.", style="red")
        return 1
    try:
        contained.check_machine()
        if not options.inside:
            command = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-m", "compose.prove"]
            os.execvp("unshare", [*command, *sys.argv[1:], INSIDE])  # noqa: S606, S607
        works = prove(options.tag, console)
    except (images.ImageError, NotReadyError, JourneyError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print("compose.yaml's parts work together." if works else "They do not work together.")
    return 0 if works else 1


if __name__ == "__main__":
    sys.exit(main())
