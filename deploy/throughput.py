"""Processor time of each kind of request, deploy/throughput.json: measured by `make bench`, or a placeholder that says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).resolve().parent / "throughput.json"
OURS: Final = "this project"
ROUNDS: Final = 3
"""Fewer are noise."""


class NotAMeasurementError(ValueError):
    """A file of results is not enough; the message says why."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """``cpu_ms``: milliseconds of one vCPU for each kind of request. ``measured``: False for the placeholder."""

    measured: bool
    source: str
    cpu_ms: Mapping[str, float]

    def page(self, limit: int) -> float:
        """Milliseconds for a page of ``limit`` to-dos: on the line through the pages of 10 and of 100."""
        ten, hundred = self.cpu_ms["list of 10"], self.cpu_ms["list of 100"]
        return ten + (hundred - ten) * (limit - 10) / 90


def read(file: Path = FILE) -> Throughput:
    """The figures in use."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    return Throughput(stored["measured"], stored["source"], stored["cpu_ms"])


def take_over(results: Path, file: Path = FILE) -> None:
    """Put the medians of ``make bench``'s results (build/bench/results.json) in the place of what ``file`` holds.

    :raises NotAMeasurementError: the results are of a quick run, or lack a kind of request that the file names.
    """
    found = json.loads(results.read_text(encoding="utf-8"))
    rounds = found["table"]
    if found["rounds"] < ROUNDS:
        raise NotAMeasurementError(f"{results} is of a quick run ({found['rounds']} rounds): run `make bench` in full.")
    kinds = read(file).cpu_ms
    missing = [kind for kind in kinds if OURS not in rounds.get(kind, {})]
    if missing:
        raise NotAMeasurementError(f"{results} has no measurement of: {', '.join(missing)}. Run `make bench` to its end.")
    cpu_ms = {kind: round(median(run["cpu"] for run in rounds[kind][OURS]), 2) for kind in kinds}
    source = f"`make bench`, {found['rounds']} rounds: medians of the processor time a request, docs/benchmarks.md"
    file.write_text(json.dumps({"measured": True, "source": source, "cpu_ms": cpu_ms}, indent=1) + "\n", encoding="utf-8")
