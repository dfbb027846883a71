#!/usr/bin/env python
"""Builds the two images with docker or podman, whichever is there, tagged with the commit.

    python deploy/images.py
    PYTHON_IMAGE=registry.example.com/python:3.13-slim-trixie python deploy/images.py --services files

An image's tag is the last commit that changed something the image is made of. So an image that a commit leaves alone keeps
its name, and a release neither builds, pushes nor starts it again.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SERVICES: Final = ("todos", "files")
SYFT: Final = Path(sys.executable).with_name("syft")
PLATFORMS: Final = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}
"""Architecture as CloudFormation and the kernel call it, and as images name it."""

_NEVER: Final = ("settings/local.py", "settings/test.py", "settings/both.py", "urls/local.py", "urls/both.py")
_EVERY_IMAGE: Final = ("Dockerfile", ".dockerignore", "requirements.txt", "todo_project")


class ImageError(Exception):
    """An image could not be named, built or pushed; the message says what to do."""


def inputs(service: str) -> list[str]:
    """What the image is made of, as paths and exclusions for git; tests hold it against Dockerfile and .dockerignore."""
    other = next(each for each in SERVICES if each != service)
    own = [service, "manage.py"] if service == "files" else [service]
    others = [f"todo_project/{folder}/{other}.py" for folder in ("settings", "urls")]
    left_out = [*(f"todo_project/{name}" for name in _NEVER), *others]
    return [*_EVERY_IMAGE, *own, *(f":(exclude){path}" for path in left_out)]


def tag(service: str) -> str:
    """The last commit that changed what the image is made of, twelve digits. Raises ImageError for changes without one."""
    paths = inputs(service)
    if changed := _git("status", "--porcelain", "--", *paths):
        raise ImageError(
            f"These changes are not committed, and the image {service} is named by its commit:\n{changed}\n"
            "Commit them, or give --tag."
        )
    found = _git("log", "-1", "--abbrev=12", "--format=%h", "--", *paths)
    if not found:
        raise ImageError("This checkout has no history to name an image by: clone it with its history, or give --tag.")
    return found


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise ImageError(f"git cannot say what is in this checkout: {done.stderr.strip()} Give --tag.")
    return done.stdout.strip()


def engine() -> str:
    """The first container engine that works here: docker is often only a client without one. Raises ImageError."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return name
    raise ImageError("Neither docker nor podman works here. Install podman, or start docker's engine.")


def own_architecture() -> str:
    """This computer's: images for it are built and run without emulation."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def build(builder: str, *, service: str, image: str, revision: str, architecture: str | None = None) -> None:
    """Build one image, by default for this computer, on the base in PYTHON_IMAGE or the Dockerfile's. Raises ImageError."""
    command = [builder, "build", "--target", service, "--tag", image, "--build-arg", f"REVISION={revision}"]
    command += ["--platform", PLATFORMS[architecture or own_architecture()]]
    if builder == "podman":
        command += ["--format", "docker"]  # the OCI format has no HEALTHCHECK
    if base := os.environ.get("PYTHON_IMAGE"):
        command += ["--build-arg", f"PYTHON_IMAGE={base}"]
    elif builder == "podman":
        # Podman 4.3 does not see that the stage that an argument names is used.
        command += ["--skip-unused-stages=false"]
    # What docker adds by itself (attestations) would make an index of the image, which not everything can read.
    environment = {**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    if subprocess.run([*command, "."], cwd=ROOT, env=environment, check=False).returncode:  # noqa: S603
        raise ImageError(f"{image} could not be built; {builder} says why above.")


def log_in(builder: str, image: str, *, user: str, password: str) -> None:
    """Log in to the registry of an image. The password goes by standard input and nowhere else. Raises ImageError."""
    registry = image.split("/", maxsplit=1)[0]
    login = [builder, "login", "--username", user, "--password-stdin", registry]
    done = subprocess.run(login, input=password, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ImageError(f"{builder} could not log in to {registry}: {done.stderr.strip()}")


def push(builder: str, image: str) -> None:
    """Push an image to the registry it is named after. Raises ImageError."""
    if subprocess.run([builder, "push", image], check=False).returncode:  # noqa: S603
        raise ImageError(f"{image} could not be pushed; {builder} says why above. Run the same command again to go on from here.")


def copy(builder: str, source: str, target: str) -> None:
    """Copy an image from one repository to another, its digest unchanged. Raises ImageError."""
    command = ["skopeo", "copy", "--all", "--preserve-digests", f"docker://{source}", f"docker://{target}"]
    if builder == "docker":
        command = ["docker", "buildx", "imagetools", "create", "--tag", target, source]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        raise ImageError(f"{source} could not be copied to {target}; {command[0]} says why above.")


def sbom(source: str, user: str = "", password: str = "") -> bytes:
    """The bill of materials of an image, as CycloneDX: its packages of Python and of Debian. Raises ImageError.

    ``source``: where syft finds the image, as in ``registry:<repository>@<digest>``; ``user``, ``password``: of the registry.
    """
    environment = {
        **os.environ,
        "SYFT_CHECK_FOR_APP_UPDATE": "false",
        "SYFT_REGISTRY_AUTH_AUTHORITY": source.removeprefix("registry:").split("/", maxsplit=1)[0],
        "SYFT_REGISTRY_AUTH_USERNAME": user,
        "SYFT_REGISTRY_AUTH_PASSWORD": password,
    }
    command = [str(SYFT), "scan", source, "--quiet", "--output", "cyclonedx-json"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise ImageError(f"syft could not read {source}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Build the images; returns the exit status."""
    parser = argparse.ArgumentParser("images.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", nargs="+", choices=SERVICES, default=SERVICES, metavar="SERVICE", help="default: both")
    parser.add_argument("--tag", help="instead of the commit; never latest")
    parser.add_argument("--repository", default="localhost", help="prefix of the names: PREFIX/todos:TAG (default: %(default)s)")
    parser.add_argument("--architecture", choices=PLATFORMS, help="of the processors (default: this computer's)")
    options = parser.parse_args(arguments)
    if options.tag == "latest":
        parser.error("latest names whatever was pushed last: give a tag that says what is in the image")
    try:
        builder = engine()
        for service in options.services:
            revision = options.tag or tag(service)
            image = f"{options.repository}/{service}:{revision}"
            print(f"{image}: building with {builder} …", flush=True)  # noqa: T201
            build(builder, service=service, image=image, revision=revision, architecture=options.architecture)
    except ImageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
