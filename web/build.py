# ruff: noqa: INP001, S603  a script beside what it builds, and its commands are npm's own
"""Builds the page into web/dist when its sources changed: `make web`, and part of `make run` and `make test`.

    python web/build.py           # npm ci when the lock file changed, then the build when a source did
    python web/build.py --check   # the same, then lint, Vitest and the size of the first load

Without Node 20.19 or newer it says what is missing and leaves the rest to the API; with CI=true that is a failure.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
BUILT = WEB / "dist" / "index.html"
INSTALLED = WEB / "node_modules" / ".installed"
SOURCES = ("src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "worker.js")
NODE = (20, 19)


def missing() -> str | None:
    """What has to be installed first, as a sentence; None when nothing has."""
    wanted = ".".join(map(str, NODE))
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return f"Node {wanted} or newer with npm is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < NODE:
        return f"Node {wanted} or newer is needed, and this is {version}"
    return None


def npm(*arguments: str) -> None:
    """Runs npm in web/; its failure ends this program, its words are on the terminal already."""
    ended = subprocess.run(["npm", *arguments, "--silent"], cwd=WEB, check=False)  # noqa: S607  whichever npm is installed
    if ended.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed.")


def install() -> None:
    """`npm ci` when the lock file is not the one that was installed."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    sys.stdout.write("Installing what the page is built from (once; half a minute) …\n")
    sys.stdout.flush()
    npm("ci", "--no-audit", "--no-fund")
    INSTALLED.write_text(lock)


def is_current() -> bool:
    """Whether the built page is younger than everything it is made of."""
    if not BUILT.is_file():
        return False
    built = BUILT.stat().st_mtime
    for name in SOURCES:
        source = WEB / name
        files = [source, *source.rglob("*")] if source.is_dir() else [source]
        if any(file.stat().st_mtime > built for file in files):
            return False
    return True


def main() -> None:
    """Install, build, check."""
    if reason := missing():
        left = "The page as it was built before is served." if BUILT.is_file() else "The API is served without its page."
        sentence = f"The web page is not built: {reason}. {left} https://nodejs.org has it.\n"
        if os.environ.get("CI") == "true":  # noqa: TID251  not a service: its settings are its caller's
            sys.exit(sentence)
        sys.stderr.write(sentence)
        return
    install()
    if not is_current():
        sys.stdout.write("Building the page …\n")
        sys.stdout.flush()
        npm("run", "build")
    if "--check" in sys.argv:
        for script in ("lint", "test", "size"):
            npm("run", script)


if __name__ == "__main__":
    main()
