#!/usr/bin/env python
"""The rehearsal of the deployment, with the processes of the built images in place of this checkout's: `make rehearse-images`.

    make images && sudo make rehearse-images

Each container of the task definitions runs the files of its image: with its user, read-only root, packages and Python
(deploy/contained.py). Everything else is `make rehearse`, and so are the options.
"""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __package__ in {None, ""}:  # run as a script: the package is the folder above
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from rich.console import Console
from rich.markup import escape

from deploy import contained, containers, images
from deploy.rehearsal.__main__ import LOG_WIDTH, Rehearsal, parser
from deploy.rehearsal.processes import Processes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    from deploy.contained import Image

IMAGE_OF: Final = {**{service.name: service.name for service in containers.SERVICES}, "purge": containers.FILES.name}
"""Container to the image it runs."""
OF_THIS_MACHINE: Final = frozenset({"PATH", "HOME", "TMPDIR"})
"""Variables of a rehearsed process that an image has its own of."""


class ContainedProcesses(Processes):
    """Processes of containers run inside their images; all others as ever."""

    def __init__(self, unpacked: Mapping[str, Image]) -> None:
        super().__init__()
        self._unpacked = unpacked

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """As the parent's, and inside the image when ``name`` is a container."""
        if name not in IMAGE_OF:
            return super().start(name, command, environment)
        image = self._unpacked[IMAGE_OF[name]]
        scratch = image.scratch(self.folder / f"{name}-tmp")
        variables = {key: value for key, value in environment.items() if key not in OF_THIS_MACHINE}
        return super().start(name, image.command(command, scratch), image.variables(variables))


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; returns the exit status."""
    command_line = parser()
    command_line.prog = "rehearse_images.py"
    command_line.add_argument("--tag", help="of the images; default: the commits of this checkout")
    command_line.add_argument("--repository", default="localhost", help="prefix of the names (default: %(default)s)")
    options = command_line.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH)
    # A plain kill ends the blocks below as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        contained.check_machine()
        builder = images.engine()
        with ExitStack() as stack:
            unpacked = {}
            for service in containers.SERVICES:
                name = f"{options.repository}/{service.name}:{options.tag or images.tag(service.name)}"
                unpacked[service.name] = stack.enter_context(contained.unpacked(builder, name))
                console.print(f"The container {service.name} runs the files of {name}.")
            with ContainedProcesses(unpacked) as processes:
                passed = Rehearsal(options, processes, console).run()
    except images.ImageError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 1
    except KeyboardInterrupt:
        console.print("[yellow]Interrupted; nothing is left running.[/]")
        return 130
    console.print("[green]The rehearsal on the images went well.[/]" if passed else "[red]The rehearsal failed.[/]")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
