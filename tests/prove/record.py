"""What became of each promise: one JSON line a test in build/prove/results.jsonl, from which table.py makes the page's table.

Tests here say what they try through the fixture `proof`. Those of tests/security, which `make test` runs as well, carry the mark
`promise`; it is written down when this module is a plugin: `pytest tests/security -p tests.prove.record`.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).resolve().parents[2] / "build" / "prove" / "results.jsonl"
NOTHING_LOST, ALWAYS_THERE, NOBODY_IN = CHAPTERS = ("Nothing lost", "Always there", "Nobody in")

QUICK = bool(os.environ.get("QUICK"))


def some(attempts: int) -> int:
    """How many of a proof's attempts are made: all, or a quarter with `make prove QUICK=1`."""
    return attempts // 4 if QUICK else attempts


def some_of(cases: Iterable[Any]) -> list[Any]:
    """Which of a proof's cases are tried: all, or every fourth with `make prove QUICK=1`."""
    return list(cases)[:: 4 if QUICK else 1]


@dataclass
class Proof:
    """One promise as one test tried it. `times` counts single attempts; `found` is a figure worth showing."""

    chapter: str = ""
    promise: str = ""
    tried: str = ""
    times: int = 0
    found: str = ""
    held: bool = True
    test: str = ""
    line: int = 0

    def of(self, chapter: str, promise: str, tried: str) -> None:
        """Says what is tried."""
        self.chapter, self.promise, self.tried = chapter, promise, tried


def write_down(proof: Proof, item: pytest.Item) -> None:
    """Adds a line; several processes may do so at once."""
    proof.test, proof.line = item.nodeid, item.location[1] or 0
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(RESULTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(descriptor, (json.dumps(asdict(proof)) + "\n").encode())
    os.close(descriptor)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Of tests with the mark: `promise(what, how, each=attempts of one test, chapter=…)`."""
    report = yield
    mark = item.get_closest_marker("promise")
    if mark and (report.when == "call" or report.failed):
        promise, tried = mark.args
        options = {"chapter": NOBODY_IN, "each": 1, **mark.kwargs}
        write_down(
            Proof(options["chapter"], promise, tried, options["each"] if report.when == "call" else 0, held=report.passed), item
        )
    return report
