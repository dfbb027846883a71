"""Images and containers for tests, by docker or podman, whichever runs here: both have the same command line."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from deploy import images

BASE_IMAGE = os.environ.get("PYTHON_IMAGE")
"""Where the registry of the Dockerfiles' base image is out of reach."""

REVISION = "0000000"
"""Tag of the images under test: built from what is in the checkout, committed or not."""


@cache
def program() -> str:
    """docker or podman. Ends the whole run with a sentence where neither is."""
    try:
        return images.engine()
    except images.ImageError as error:
        pytest.exit(str(error), returncode=1)


def call(*arguments: str, **options: Any) -> str:
    """What the engine prints on standard output. A failure shows what it prints on standard error."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        pytest.fail(f"{program()} {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}", pytrace=False)
    return done.stdout.strip()


def inspect(kind: str, name: str) -> dict[str, Any]:
    """What the engine knows of an image, a container or a network."""
    return json.loads(call(kind, "inspect", name))[0]


@cache
def built(service: str, revision: str = REVISION) -> str:
    """The name of the service's image, built once a run; layers that have not changed come from the engine's cache."""
    image = f"localhost/{service}:{revision}"
    images.build(program(), service=service, image=image, revision=revision)
    return image


def derived(image: str, tag: str, line: str) -> str:
    """An image that is ``image`` and one more line of a Dockerfile; returns its name."""
    name = f"{image.rsplit(':', 1)[0]}:{tag}"
    with tempfile.TemporaryDirectory() as empty:
        call("build", "--tag", name, "--file", "-", empty, input=f"FROM {image}\n{line}\n")
    return name


@contextmanager
def running(image: str, *options: str, command: tuple[str, ...] = ()) -> Iterator[str]:
    """The id of a container that is removed at the end, whatever happens."""
    container = call("run", "--detach", *confinement(), *options, image, *command)
    try:
        yield container
    finally:
        remove(container)


def remove(container: str) -> None:
    """At once, where podman would wait ten seconds; with those that share its network, for which podman would refuse."""
    call("rm", "--force", "--volumes", *(("--time=0", "--depend") if program() == "podman" else ()), container)


def health_check(image: str) -> list[str]:
    """The command of the image's HEALTHCHECK; where it is written differs."""
    described = inspect("image", image)
    return (described.get("Healthcheck") or described["Config"]["Healthcheck"])["Test"][1:]


def logs(container: str) -> str:
    """All that the container has written, on both streams."""
    done = subprocess.run([program(), "logs", container], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def confinement() -> tuple[str, ...]:
    """What the task definitions ask for beside command and variables."""
    options = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--init")
    # podman would add three writable folders in memory.
    return (*options, "--read-only-tmpfs=false") if program() == "podman" else options
