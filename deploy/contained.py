"""A command inside an image's files, as ECS runs it, without a container engine: Linux and root are enough.

What is the same: the image's root file system, read-only; /tmp the only folder on disk to write to, and /dev/shm in memory;
the image's numeric user; no capability, and no way to get one; the image's working directory and PATH.
What is not: network and process ids are this machine's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deploy import containers
from deploy.images import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOOLS: Final = ("unshare", "mount", "chroot")

_SERVER: Final = "import todo_project.wsgi, gunicorn.app.wsgiapp"

# $1 root, $2 the folder that becomes /tmp, then the command. Everything here ends with the process: the mounts are its own.
_ENTER: Final = """set -e
root=$1 scratch=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$scratch" "$root/tmp"
mount -t tmpfs -o mode=755,size=1m devices "$root/dev"
for name in null zero full random urandom; do touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
mkdir -m 1777 "$root/dev/shm"
mount -t tmpfs -o mode=1777,size=64m shm "$root/dev/shm"
mount -o remount,ro "$root/dev"
mount --rbind /proc "$root/proc"
exec chroot "$root" /usr/bin/setpriv --reuid="${USER_ID%:*}" --regid="${USER_ID#*:}" --clear-groups \
  --bounding-set=-all --inh-caps=-all --no-new-privs /usr/bin/env --unset=USER_ID --chdir="$FOLDER" --unset=FOLDER "$@"
"""


@dataclass(frozen=True, slots=True)
class Image:
    """An image whose files lie in the folder ``root``. ``config``: what the image says of itself, in Docker's words."""

    name: str
    root: Path
    config: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """The variables the image sets."""
        return dict(variable.split("=", 1) for variable in self.config["Env"])

    def command(self, command: Sequence[str], scratch: Path) -> list[str]:
        """The command line that runs ``command`` inside. ``scratch`` becomes /tmp; the image's user must own it.

        The caller starts it with ``variables`` as its environment. Signals sent to the process reach the command itself.
        """
        return ["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", _ENTER, "sh", str(self.root),
                str(scratch), *command]  # fmt: skip

    def variables(self, given: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of the process: the image's variables and the given ones."""
        own = {"USER_ID": self.config["User"] or containers.USER, "FOLDER": self.config.get("WorkingDir") or "/"}
        return {**self.environment, "HOME": containers.SCRATCH, **given, **own}

    def scratch(self, folder: Path) -> Path:
        """``folder``, made as a /tmp of the image's user."""
        folder.mkdir(exist_ok=True)
        user, _, group = (self.config["User"] or containers.USER).partition(":")
        os.chown(folder, int(user), int(group or user))
        return folder


def compiled_anew(image: Image, scratch: Path, given: Mapping[str, str]) -> list[str]:
    """The modules that Python compiles from their source when the server starts inside: on a read-only root, each time.

    ``given``: the container's variables. Raises ImageError when the imports fail.
    """
    command = image.command(["python", "-v", "-c", _SERVER], image.scratch(scratch))
    done = subprocess.run(command, env=image.variables(given), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ImageError(f"The server's modules cannot be imported in {image.name}: {done.stderr.strip()[-300:]}")
    return re.findall(r"^# code object from (/.+\.py)$", done.stderr, re.MULTILINE)


def check_machine() -> None:
    """Raises ImageError where this cannot work, with what to do."""
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        reason = f"{', '.join(missing)} not there" if missing else "this is not root"
        raise ImageError(f"Running an image's processes without an engine needs Linux and root: {reason}. Use sudo on Linux.")


@contextmanager
def unpacked(builder: str, name: str) -> Iterator[Image]:
    """The image, its files readable below ``Image.root`` for the length of the block. Raises ImageError."""
    config = _config(builder, name)
    container = _run(builder, *(("from", "--pull-never") if builder == "buildah" else ("create",)), name)
    try:
        if builder == "buildah":
            yield Image(name, Path(_run("buildah", "mount", container)), config)
        else:
            with tempfile.TemporaryDirectory(prefix="image-") as folder:
                with subprocess.Popen([builder, "export", container], stdout=subprocess.PIPE) as export:  # noqa: S603
                    subprocess.run(["tar", "-x", "-C", folder], stdin=export.stdout, check=True)  # noqa: S603, S607
                # The image's user passes through it.
                Path(folder).chmod(0o755)
                yield Image(name, Path(folder), config)
    finally:
        _run(builder, "rm", container)


def _config(builder: str, name: str) -> Mapping[str, Any]:
    inspected = json.loads(
        _run(builder, *(("inspect", "--type", "image") if builder == "buildah" else ("image", "inspect")), name)
    )
    found: Mapping[str, Any] = inspected["Docker"]["config"] if builder == "buildah" else inspected[0]["Config"]
    return found


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ImageError(f"{' '.join(command)} failed: {done.stderr.strip()} Is the image built? make images builds it.")
    return done.stdout.strip()
