"""The commands of the how-to pages are run, or a comment above them says why not or where else."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
BLOCK = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```(?:sh|bash|console)\n", re.MULTILINE)
EXECUTED = {"make-it-yours.md"}


@pytest.mark.timeout(300)  # as the README's
def test_make_it_yours_does_what_it_shows(copied, check_examples) -> None:
    check_examples(copied, (ROOT / "docs" / "how-to" / "make-it-yours.md").read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_block_that_is_not_run_says_why(page: Path, ci_targets: set[str]) -> None:
    for mark in BLOCK.findall(page.read_text()):
        where, _, command = mark.partition(": ")
        if where == "run by .ci/run":
            assert command.removeprefix("make ") in ci_targets
        elif mark:
            assert mark in {"needs an account", "needs a registry of your own", "needs docker or podman"}
        else:
            assert page.name in EXECUTED
