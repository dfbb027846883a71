"""`make reset`: delete all local data. Not a command of manage.py, whose settings would start the embedded AWS."""

import os
import shutil
import sys
from pathlib import Path

from local.aws.process import try_lock
from local.aws.state import LOCK, ROOT, LocalAWSError


def delete(folder: Path) -> None:
    """Remove the folder. Raises `LocalAWSError` while its embedded AWS runs, and for a folder of something else."""
    if not (folder / LOCK).exists():
        raise LocalAWSError(f"{folder} does not look like local data of this project. Delete it by hand if you mean it.")
    if (lock := try_lock(folder)) is None:
        raise LocalAWSError("The embedded AWS is running. Nothing was deleted: stop `make run` first, with Ctrl-C.")
    shutil.rmtree(folder)
    os.close(lock)


def main() -> None:
    """Ask, unless YES=1, then delete."""
    folder = Path(os.environ.get("LOCALAWS_STATE_DIR") or ROOT / ".localaws").resolve()
    if not folder.exists():
        sys.exit("There is no local data to delete.")
    if os.environ.get("YES") != "1":
        sys.stdout.write(f"This deletes all local accounts, to-dos and attachments in {folder}. Type yes to go on: ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            sys.exit("Nothing was deleted.")
    delete(folder)
    sys.stdout.write("Deleted. The next `make run` starts empty.\n")


if __name__ == "__main__":
    main()
