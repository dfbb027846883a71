"""docs/reference/reliability.md's table from what the proofs wrote down: `python -m tests.prove.table [--write | --forget]`.

`make prove` prints it after a whole run, with how each promise is tried; `make prove WRITE=1` writes it into the page, without.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.prove.record import CHAPTERS, QUICK, RESULTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "reliability.md"
BEGIN, END = "<!-- table: written by make prove WRITE=1 -->", "<!-- end of the table -->"
# Within a chapter the rows have the order of these files.
FILES = (
    "model", "faults", "killed", "uploads", "writers", "clock",
    "load_replacement", "load_overload", "load_slow_clients", "load_memory", "dependencies",
    "forgeries", "timing", "other_people", "schema", "hostile_requests", "attachments", "headers", "local_settings", "audit",
    "request_framing", "request_framing_fronts",
)  # fmt: skip


def results() -> list[dict[str, Any]]:
    """The last word of each test, in the order of the page."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    found = {one["test"]: one for one in map(json.loads, lines) if one["promise"]}
    return sorted(found.values(), key=place)


def place(one: dict[str, Any]) -> tuple[int, int, str]:
    """Where a test stands: its file, then its line."""
    name = Path(one["test"].split("::")[0]).stem.removeprefix("test_")
    return FILES.index(name), one["line"], one["test"]


def table(found: list[dict[str, Any]], *, says_how: bool) -> str:
    """One row per promise; tests of the same promise are added up."""
    rows = [
        row("promise", "how it is tried" if says_how else "", "how often", "result"),
        row("---", "---" if says_how else "", "---:", "---"),
    ]
    for chapter in CHAPTERS:
        of_chapter = [one for one in found if one["chapter"] == chapter]
        if of_chapter:
            rows.append(f"| **{chapter}** | | |{' |' if says_how else ''}")
        for promise in dict.fromkeys(one["promise"] for one in of_chapter):
            tests = [one for one in of_chapter if one["promise"] == promise]
            times = sum(one["times"] for one in tests)
            broken = [one for one in tests if not one["held"]]
            result = f"**broken** in {len(broken)} of {len(tests)} tests" if broken else "held"
            tried = tests[0]["tried"] if says_how else ""
            rows.append(row(promise, tried, f"{times:,}", "; ".join([result, *figures(tests)])))
    return "\n".join(rows)


def row(*cells: str) -> str:
    """A row of those cells that are not empty."""
    return f"| {' | '.join(cell for cell in cells if cell)} |"


def figures(tests: list[dict[str, Any]]) -> list[str]:
    """What the tests found, once each; of many slowest requests the slowest."""
    found = [one["found"] for one in tests if one["found"]]
    slowest = [float(one.removeprefix("slowest ").removesuffix(" s")) for one in found if one.startswith("slowest ")]
    others = sorted({one for one in found if not one.startswith("slowest ")})
    return others + ([f"slowest {max(slowest):.1f} s"] if slowest else [])


def main() -> int:
    """0 when all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forget", action="store_true", help="before a run: forget the results of the one before")
    parser.add_argument("--write", action="store_true", help="after a whole run: write the page's table")
    wanted = parser.parse_args()
    if wanted.write and QUICK:
        parser.error("the page has the whole proofs: run `make prove WRITE=1` without QUICK")
    if wanted.forget:
        RESULTS.unlink(missing_ok=True)
        return 0
    found = results()
    if not found:
        sys.stderr.write("No proof was tried yet: run `make prove`.\n")
        return 1
    if wanted.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table(found, says_how=False)}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    else:
        sys.stdout.write(f"{table(found, says_how=True)}\n")
    broken = sorted(one["promise"] for one in found if not one["held"])
    for promise in dict.fromkeys(broken):
        sys.stderr.write(f"broken: {promise}\n")
    sys.stderr.write(f"{len({one['promise'] for one in found})} promises, {sum(one['times'] for one in found):,} tries\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
