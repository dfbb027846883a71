"""The results as a table and as docs/benchmarks.md."""

from statistics import median
from typing import Any, Final

from todo_project.aws.optimisations import OPTIMISATIONS

from bench.measure import FLASK, FLOOR, FLOOR_PARSER, OURS
from bench.processes import ROOT

Target = tuple[str, str, float]
TARGETS: Final[tuple[Target, ...]] = (
    ("list of 100", FLASK, 3.0),
    ("list of 100", FLOOR_PARSER, 0.75),
    ("list of 10", FLASK, 1.5),
    ("list of 10", FLOOR, 0.7),
    ("read one", FLASK, 1.1),
    ("read one", FLOOR, 0.7),
    ("create", FLASK, 1.0),
    ("create", FLOOR, 0.65),
    ("list of 20 files", FLASK, 1.5),
)
NETWORK_TARGET: Final = 0.9
WORKER_TARGET, ALL_TARGET, READY_TARGET = 90, 400, 2.0


def _middle(runs: list[dict[str, float]], name: str) -> float:
    return median(one[name] for one in runs)


def _ratios(results: dict[str, Any], work: str, other: str) -> list[float]:
    """Requests a second of ours over another's, round by round."""
    rows = results["table"][work]
    return [ours["rate"] / theirs["rate"] for ours, theirs in zip(rows[OURS], rows[other], strict=True)]


def _cpu_ratios(results: dict[str, Any], work: str, other: str) -> list[float]:
    """CPU a request of another's over ours, round by round."""
    rows = results["table"][work]
    return [theirs["cpu"] / ours["cpu"] for ours, theirs in zip(rows[OURS], rows[other], strict=True)]


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def table(results: dict[str, Any]) -> list[str]:
    """One Markdown table: each work by each service."""
    lines = [
        "| work | service | requests/s | p50 ms | p99 ms | CPU ms a request | MB a worker | ours ÷ this, requests/s | this ÷ ours, CPU |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for work, rows in results["table"].items():
        for name, runs in rows.items():
            shown = name
            memory = results["memory"].get(name) or results["memory"][f"{OURS} ({'files' if 'files' in work else 'todos'})"]
            ratios = (
                ("", "") if name == OURS else (_spread(_ratios(results, work, name)), _spread(_cpu_ratios(results, work, name)))
            )
            lines.append(
                f"| {work} | {shown} | {_middle(runs, 'rate'):.0f} | {_middle(runs, 'p50'):.1f} | {_middle(runs, 'p99'):.1f} "
                f"| {_middle(runs, 'cpu'):.2f} | {memory['worker']:.0f} | {ratios[0]} | {ratios[1]} |"
            )
    return lines


def _verdict(value: float, target: float, *, most: bool = False) -> str:
    return "yes" if (value <= target if most else value >= target) else "**no**"


def targets(results: dict[str, Any]) -> list[str]:
    """Each target, what was measured, and whether it holds."""
    lines = ["| target | measured (lowest–highest) | holds |", "|---|--:|---|"]
    for work, other, least in TARGETS:
        ratios = _ratios(results, work, other)
        lines.append(f"| {work}: at least {least} × {other} | {_spread(ratios)} | {_verdict(median(ratios), least)} |")
    for work, shares in results.get("network", {}).items():
        lines.append(
            f"| {work}: at least 0.9 of its throughput with 5 ms of network a call | {_spread(shares)} "
            f"| {_verdict(median(shares), NETWORK_TARGET)} |"
        )
    for work, rows in results.get("paced", {}).items():
        ours, flask = _middle(rows[OURS], "p99"), _middle(rows[FLASK], "p99")
        lines.append(
            f"| {work}: p99 at equal load no worse than Flask's | {ours:.1f} against {flask:.1f} ms | {_verdict(ours, flask, most=True)} |"
        )
    memory = results["memory"]
    own = {name: memory[f"{OURS} ({name})"] for name in ("todos", "files")}
    worst = max(one["worker"] for one in own.values())
    both = sum(one["all"] for one in own.values())
    lines.append(f"| at most 90 MB a worker | {worst:.0f} MB | {_verdict(worst, WORKER_TARGET, most=True)} |")
    lines.append(f"| both containers under 400 MB | {both:.0f} MB | {_verdict(both, ALL_TARGET, most=True)} |")
    slowest = max(results["ready"].values())
    lines.append(f"| from exec to ready under 2 s | {slowest:.2f} s | {_verdict(slowest, READY_TARGET, most=True)} |")
    return lines


def switches(results: dict[str, Any]) -> list[str]:
    """CPU milliseconds a request with each optimisation off."""
    rows = results.get("switches", {})
    works = list(rows)
    lines = ["| off | what it is | " + " | ".join(works) + " |", "|---|---|" + "--:|" * len(works)]
    described = {"none": "all are on", **OPTIMISATIONS, "all": "none is on"}
    for name, text in described.items():
        cells = [f"{median(rows[work][name]):.2f}" if name in rows[work] else "" for work in works]
        lines.append(f"| {name} | {text} | {' | '.join(cells)} |")
    return lines


def write(results: dict[str, Any]) -> None:
    """docs/benchmarks.md: what stands between the marks is replaced, the rest is left as people wrote it."""
    path = ROOT / "docs" / "benchmarks.md"
    text = path.read_text()
    intro = [
        f"Of {results['rounds']} rounds of {results['seconds']} s each, medians; in brackets the lowest and the highest of the rounds. "
        "Ratios are taken within a round. 16 connections, two workers of twelve threads.",
        "",
    ]
    for name, lines in (("table", [*intro, *table(results)]), ("targets", targets(results)), ("switches", switches(results))):
        text = replaced(text, name, lines)
    path.write_text(text)


def replaced(text: str, name: str, lines: list[str]) -> str:
    """A document with other lines between the marks of `name`."""
    before, begin, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end {name} -->")
    return before + begin + "\n" + "\n".join(lines) + "\n\n" + end + after
