#!/usr/bin/env python
"""Simulate the scaling policies of the generated templates under jumps of load; write docs/scaling.md's tables and plots.

python deploy/scaling_simulation.py
python deploy/scaling_simulation.py --write
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from deploy import throughput
from deploy.configuration import Configuration
from deploy.marked_sections import filled
from deploy.simulation import document, policies
from deploy.simulation.plots import plot
from deploy.simulation.situations import SITUATIONS, outcome, run

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the outcomes, or write or check document and plots; returns the process's exit status."""
    options = _parser().parse_args(arguments)
    console = Console()
    if options.measured:
        try:
            throughput.take_over(options.measured)
        except (OSError, KeyError, throughput.NotAMeasurementError) as error:
            console.print(f"Nothing taken over: {error}", soft_wrap=True)
            return 1
    if options.write or options.check:
        old = [path.name for path, text in _documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        if options.write:
            for path, text in _documents().items():
                path.write_text(text, encoding="utf-8")
        elif old:
            console.print(f"Not what the templates say: {', '.join(old)}. Run: python deploy/scaling_simulation.py --write")
            return 1
        return 0
    _print(console, options.environment)
    return 0


def _documents() -> dict[Path, str]:
    """What belongs into each file."""
    measured, numbers = throughput.read(), policies.read(Configuration("prod"))
    page = DOCS / "scaling.md"
    files = {page: filled(page.read_text(encoding="utf-8"), document.sections(measured))}
    for situation in SITUATIONS:
        file = DOCS / "images" / f"scaling-{situation.name}.svg"
        files[file] = plot(situation.title, run(numbers, measured, situation), numbers)
    return files


def _print(console: Console, environment: str) -> None:
    numbers, measured = policies.read(Configuration(environment)), throughput.read()
    table = Table("situation", title=f"{environment}: {numbers.as_text()}", title_justify="left")
    for column in document.HEAD:
        table.add_column(column, justify="right")
    for situation in SITUATIONS:
        found = outcome(run(numbers, measured, situation))
        first = "" if found.first_help is None else f"{found.first_help / 60:.1f}"
        parts = (f"{found.worst_wait:.1f}", f"{100 * found.lost:.1f}", f"{100 * found.throttled:.1f}")
        table.add_row(situation.name, str(found.peak_tasks), first, *parts, f"{found.task_hours:.1f}")
    console.print(table)
    if not measured.measured:
        console.print(f"Processor time a request: {measured.source}.", soft_wrap=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scaling_simulation.py",
        description="Simulate the scaling policies of the generated templates under jumps of load.",
        epilog="docs/scaling.md says what is modelled and what follows from it.",
    )
    parser.add_argument("--environment", default="prod", help="whose policies to print (default: prod)")
    parser.add_argument("--write", action="store_true", help="write the computed sections of docs/scaling.md and its plots")
    parser.add_argument("--check", action="store_true", help="say whether they are up to date; changes nothing")
    parser.add_argument(
        "--measured",
        type=Path,
        metavar="RESULTS",
        help="first take over the figures of `make bench` (build/bench/results.json); docs/cost.md needs writing then, too",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
