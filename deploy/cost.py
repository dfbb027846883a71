#!/usr/bin/env python
"""What the service costs a month, from the resources of the generated templates and deploy/prices.json.

python deploy/cost.py --environment prod --rate 100
python deploy/cost.py --write
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
from deploy.billing import document, inventory, prices
from deploy.billing.bill import total
from deploy.billing.savings import Case, largest
from deploy.billing.traffic import Load
from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.marked_sections import filled

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "cost.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a month's bill, or write or check docs/cost.md; returns the process's exit status."""
    options = _parser().parse_args(arguments)
    console = Console()
    if options.write or options.check:
        before = DOCUMENT.read_text(encoding="utf-8")
        after = filled(before, document.sections(prices.REGIONS[0], throughput.read()))
        if options.write:
            DOCUMENT.write_text(after, encoding="utf-8")
        elif before != after:
            console.print(f"{DOCUMENT.name} is not what the templates and prices say. Run: python deploy/cost.py --write")
            return 1
        return 0
    configuration = Configuration(options.environment, options.capacity, options.task_layout)
    case = Case(inventory.take(configuration), Load(options.rate), prices.read(options.region), throughput.read())
    _print(console, case)
    return 0


def _print(console: Console, case: Case) -> None:
    configuration = case.inventory.configuration
    title = (
        f"{configuration.environment}, {configuration.capacity}, {configuration.task_layout} tasks, {case.load.rate:g} requests/s"
    )
    shown = Table("", "what", title=title, title_justify="left")
    for column in ("quantity", "unit", "dollars"):
        shown.add_column(column, justify="left" if column == "unit" else "right")
    for line in sorted(case.lines, key=lambda line: -line.dollars):
        unit = case.prices.lines[line.price]["unit"]
        shown.add_row(line.group, line.what, f"{line.quantity:,.1f}", unit, f"{line.dollars:,.2f}")
    console.print(shown)
    console.print(f"All: ${total(case.lines):,.2f} a month, without tax, at list prices: check them before you decide.")
    for saving, dollars in largest(case):
        console.print(f"Saves ${dollars:,.2f}: {saving.name} ({saving.costs})", soft_wrap=True)
    if case.load.rate > case.inventory.requests_per_second:
        console.print(f"The API lets {case.inventory.requests_per_second} requests a second through: this needs more.")
    if not case.throughput.measured:
        console.print(f"Processor time a request is a {case.throughput.source}.", soft_wrap=True)


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1e6:  # noqa: PLR2004  a million a second is beyond every quota named in docs/scaling.md
        raise argparse.ArgumentTypeError("give a rate between 0 and 1,000,000 requests a second")
    return rate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cost.py",
        description="What the service costs a month: counted in the generated templates, priced by deploy/prices.json.",
        epilog="docs/cost.md says what is assumed and shows all combinations.",
    )
    parser.add_argument("--environment", default="prod", help="default: prod")
    parser.add_argument("--capacity", choices=CAPACITIES, default="fargate", help="default: fargate")
    parser.add_argument("--task-layout", choices=TASK_LAYOUTS, default="independent", help="default: independent")
    parser.add_argument("--rate", type=_rate, default=0.0, help="requests a second, a month's average (default: 0, idle)")
    parser.add_argument("--region", choices=prices.REGIONS, default=prices.REGIONS[0], help=f"default: {prices.REGIONS[0]}")
    parser.add_argument("--write", action="store_true", help="write the computed sections of docs/cost.md")
    parser.add_argument("--check", action="store_true", help="say whether docs/cost.md is up to date; changes nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
