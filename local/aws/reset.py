"""`make reset`: forget all local data. Not a command of manage.py: importing the settings would start the embedded AWS."""

import argparse
import os
import sys
from pathlib import Path

from local.aws.connection import ROOT
from local.aws.state import LocalAWSError, StateDirectory


def forget(directory: StateDirectory) -> None:
    """Remove the state directory. Raises `LocalAWSError` while somebody uses it."""
    starting = directory.try_lock("starting.lock")
    running = directory.try_lock("running.lock")
    try:
        if starting is None or running is None:
            process = (directory.running_server() or {}).get("pid", "unknown")
            raise LocalAWSError(
                f"The embedded AWS is running (process {process}). Nothing was removed: stop what uses it first, "
                "with Ctrl-C in the terminal of `make run`."
            )
        directory.forget()
    finally:
        for descriptor in (starting, running):
            if descriptor is not None:
                os.close(descriptor)


def main(arguments: list[str] | None = None) -> None:
    """Ask, then forget."""
    parser = argparse.ArgumentParser(prog="make reset", description="Forget all local accounts, to-dos and attachments.")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--state-dir", type=Path, default=ROOT / ".localaws")
    options = parser.parse_args(arguments)
    directory = StateDirectory(options.state_dir.resolve())
    if not directory.path.exists():
        sys.stdout.write("There is no local data to forget.\n")
        return
    if not (directory.path / "version.json").exists() and any(directory.path.iterdir()):
        raise LocalAWSError(f"{directory.path} does not look like local data of this project; remove it by hand if you mean it.")
    if not options.yes:
        sys.stdout.write(f"This removes all local accounts, to-dos and attachments in {directory.path}. Type yes to go on: ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            raise SystemExit("Nothing was removed.")
    forget(directory)
    sys.stdout.write("Forgotten. The next `make run` starts empty.\n")


if __name__ == "__main__":
    main()
