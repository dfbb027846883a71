#!/usr/bin/env python
"""What a branch changes in the templates that are deployed, as Markdown: for the comment at a pull request.

    python deploy/template_diff.py --base origin/main

Both sides are generated, each by its own code, with the options production uses and those development uses.
"""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
ENVIRONMENTS: Final = ("dev", "prod")
LONGEST: Final = 60_000
"""Characters; a comment takes 65,536."""


def generate(checkout: Path, folder: Path) -> None:
    """Write the templates of a checkout. Exits with a sentence when its own generator fails."""
    for environment in ENVIRONMENTS:
        command = [
            sys.executable,
            str(checkout / "deploy" / "build_stack.py"),
            "--environment",
            environment,
            "--out",
            str(folder),
        ]
        done = subprocess.run([*command, "--format", "yaml"], cwd=checkout, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            sys.exit(f"The templates of {checkout} cannot be generated: {done.stderr.strip() or done.stdout.strip()}")


def differences(before: Path, after: Path) -> Iterator[tuple[str, list[str]]]:
    """Each template that differs, with its unified diff."""
    for name in sorted({path.name for folder in (before, after) for path in folder.iterdir()}):
        old, new = ((folder / name).read_text().splitlines() if (folder / name).exists() else [] for folder in (before, after))
        if lines := list(difflib.unified_diff(old, new, lineterm="", n=2)):
            yield name, lines[2:]


def markdown(found: Sequence[tuple[str, list[str]]], base: str) -> str:
    """The comment. What does not fit is left out by whole templates, and named."""
    heading = f"### Templates against {base}\n\n"
    if not found:
        return f"{heading}Nothing that is deployed changes.\n"
    text, left = heading, []
    for name, lines in found:
        added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        body = "\n".join(lines)
        part = (
            f"<details><summary>{name}: {added} lines added, {removed} removed</summary>\n\n~~~diff\n{body}\n~~~\n</details>\n\n"
        )
        if len(text) + len(part) > LONGEST:
            left.append(name)
        else:
            text += part
    return text + (f"Too long to show: {', '.join(left)}.\n" if left else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comment; returns the exit status."""
    lines = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        prog="template_diff.py", description=lines[0], epilog=lines[1], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", default="origin/main", help="commit or branch to compare with (default: %(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="templates-") as folder:
        checkout, before, after = (Path(folder) / name for name in ("base", "before", "after"))
        added = subprocess.run(  # noqa: S603
            ["git", "worktree", "add", "--quiet", "--detach", str(checkout), options.base],  # noqa: S607
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if added.returncode:
            sys.exit(f"{options.base} cannot be checked out: {added.stderr.strip()} Name a commit that is here with --base.")
        try:
            generate(checkout, before)
            generate(ROOT, after)
            sys.stdout.write(markdown(list(differences(before, after)), options.base))
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(checkout)], cwd=ROOT, check=False)  # noqa: S603, S607
    return 0


if __name__ == "__main__":
    sys.exit(main())
