"""Builds the two images with docker, podman or buildah, whichever is there, tagged with the commit.

`python deploy/images.py --help`; `make images` calls it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SERVICES: Final = ("todos", "files")
DEFAULT_BASE: Final = "python:3.13-slim-trixie"
CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")


def tool() -> str | None:
    """The first builder on this machine that works: docker is often only a client without an engine."""
    for name, probe in (("docker", "info"), ("podman", "info"), ("buildah", "info")):
        if shutil.which(name) and subprocess.run([name, probe], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return name
    return None


def commit() -> str:
    """The commit of the checkout, twelve digits. Changes that are not committed have no name, so they are refused."""
    changed = _git("status", "--porcelain")
    if changed:
        raise SystemExit(
            f"These changes are not committed, and an image is named by its commit:\n{changed}\nCommit them, or give --tag."
        )
    return _git("rev-parse", "--short=12", "HEAD")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return done.stdout.strip()


def build_command(builder: str, *, service: str, image: str, revision: str, base: str) -> list[str]:
    """The command line that builds one image."""
    command = [builder, "bud" if builder == "buildah" else "build", "--target", service, "--tag", image]
    command += ["--build-arg", f"REVISION={revision}", "--build-arg", f"PYTHON_IMAGE={base}"]
    if builder != "docker":
        # The OCI format has no HEALTHCHECK; the machine's certificates serve networks with an inspecting proxy.
        command += ["--format", "docker"]
        if CERTIFICATES.exists():
            command += ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"]
    return [*command, "."]


def main(arguments: list[str] | None = None) -> None:
    """Parse, build both, print their names and sizes."""
    parser = argparse.ArgumentParser(prog="python deploy/images.py", description="Build the images of both services.")
    parser.add_argument("--tag", help="instead of the commit; never latest")
    parser.add_argument("--repository", default="localhost", help="prefix of the names: PREFIX/todos:TAG (default: %(default)s)")
    parser.add_argument("--base", default=os.environ.get("PYTHON_IMAGE", DEFAULT_BASE), help="base image (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.tag == "latest":
        parser.error("latest names whatever was pushed last: give a tag that says what is in the image")
    builder = tool()
    if builder is None:
        sys.exit("None of docker, podman and buildah works here. Install one, or start docker's engine.")
    tag = options.tag or commit()
    for service in SERVICES:
        image = f"{options.repository}/{service}:{tag}"
        print(f"building {image} with {builder} …", flush=True)  # noqa: T201
        command = build_command(builder, service=service, image=image, revision=tag, base=options.base)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603
            sys.exit(f"{image} could not be built; the builder says why above.")
        print(f"{image} is built", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
