"""The browser of the page's tests: an installed Chromium, else one that is installed now, else a loud sentence.

    python tests/web/chromium.py            # find it or install it, and print where it is
    python tests/web/chromium.py --closing  # say at the end of a test run what was left out

Chromium's headless shell first: the same engine without a desktop around it, which opens a page with a quarter of the work.
Exits 1 where there is none and CI=true: a check that silently leaves out half of its tests is no check.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
DESKTOPS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Below Playwright's own folder, by its version.
PLAYWRIGHT_SHELLS = (
    "chromium_headless_shell-*/chrome-*/chrome-headless-shell",
    "chromium_headless_shell-*/chrome-*/headless_shell",
)
PLAYWRIGHT_DESKTOPS = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*/Contents/MacOS/*")


def find() -> str | None:
    """Where a Chromium is: one of the system's, else Playwright's own; a headless shell before a whole browser."""
    for names, patterns in ((SHELLS, PLAYWRIGHT_SHELLS), (DESKTOPS, PLAYWRIGHT_DESKTOPS)):
        for name in names:
            if found := shutil.which(name):
                return found
        homes = [Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright"]
        for home in homes:
            for pattern in patterns:
                if installed := sorted(home.glob(pattern)):
                    return str(installed[-1])
    return None


def install() -> None:
    """Debian's package where we may, Playwright's own elsewhere. Failing is no error here: `find` tells."""
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
    if may_install:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        for package in ("chromium-headless-shell", "chromium"):
            if find() is None:
                subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], check=False)


def left_out() -> str | None:
    """Why the browser tests cannot run here, as the sentence to end with; None when they can."""
    if find() is None:
        return "BROWSER TESTS LEFT OUT: there is no Chromium and none could be installed. Install chromium or google-chrome."
    if not (DIST / "index.html").is_file():
        return "BROWSER TESTS LEFT OUT: the page is not built. Install Node 20.19 or newer, then `make web` builds it."
    return None


def main() -> int:
    """What the Makefile calls."""
    closing = "--closing" in sys.argv
    if not closing and find() is None:
        sys.stderr.write("No Chromium for the browser tests yet: installing one …\n")
        install()
    if closing and (sentence := left_out()):
        sys.stderr.write(f"\n*** {sentence} ***\n")
        return 1 if os.environ.get("CI") == "true" else 0
    if not closing:
        sys.stdout.write(f"{find() or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
