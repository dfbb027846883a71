"""The results as tables, and as the tables of docs/reference/benchmarks.md."""

from statistics import median
from typing import Any, Final

from bench.measure import BEFORE, DEPTHS, FASTAPI, FLASK, LIST_100, NETWORK_MS, OURS, PARTS, READ, TRACED
from bench.processes import ROOT

RATES: Final = (
    ("list of 100", FLASK, 3.0),
    ("list of 100", FASTAPI, 2.3),
    ("list of 10", FASTAPI, 1.0),
    ("read one", FASTAPI, 0.85),
    ("create", FASTAPI, 0.8),
)
"""The least ratio of requests a second, ours to another's."""
CPU_MOST, NETWORK_LEAST, BYTES_MOST, COMPRESSION_MS_MOST = 1.05, 0.9, 0.2, 0.3
WORKER_MB_MOST, ALL_MB_MOST, READY_MOST = 90, 400, 2.0

Runs = list[dict[str, float]]


def middle(runs: Runs, name: str) -> float:
    return median(one[name] for one in runs)


def ratios(ours: Runs, others: Runs, name: str) -> list[float]:
    """Round by round."""
    return [mine[name] / theirs[name] for mine, theirs in zip(ours, others, strict=True)]


def more(ours: Runs, others: Runs) -> float:
    """Milliseconds of CPU time that ours take more, in the middle of the rounds."""
    return median(mine["cpu"] - theirs["cpu"] for mine, theirs in zip(ours, others, strict=True))


def spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def tables(results: dict[str, Any]) -> dict[str, list[str]]:
    """Every table, as lines of Markdown, by the name of its place in docs/reference/benchmarks.md."""
    made = {"table": _table, "targets": _targets, "depths": _depths, "parts": _parts}
    return {name: make(results) for name, make in made.items()}


def write(results: dict[str, Any]) -> None:
    """docs/reference/benchmarks.md: what stands between the marks is replaced, the rest is left as people wrote it."""
    path = ROOT / "docs" / "reference" / "benchmarks.md"
    text = path.read_text()
    for name, lines in tables(results).items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        text = before + begin + "\n" + "\n".join(lines) + "\n\n" + end + after
    path.write_text(text)


def _table(results: dict[str, Any]) -> list[str]:
    lines = [
        "| request | service | requests/s | p50 ms | p99 ms | CPU ms | ours ÷ this, requests/s | ours ÷ this, CPU |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for work, rows in results["table"].items():
        for name, runs in rows.items():
            compared = ["", ""] if name == OURS else [spread(ratios(rows[OURS], runs, key)) for key in ("rate", "cpu")]
            digits = {"rate": 0, "p50": 1, "p99": 1, "cpu": 2}
            cells = [f"{middle(runs, key):.{places}f}" for key, places in digits.items()]
            lines.append(f"| {' | '.join([work, name, *cells, *compared])} |")
    return lines


def _targets(results: dict[str, Any]) -> list[str]:
    lines = ["| target | measured (lowest–highest) | holds |", "|---|--:|---|"]

    def add(target: str, measured: str, holds: bool) -> None:
        lines.append(f"| {target} | {measured} | {'yes' if holds else '**no**'} |")

    table = results["table"]
    for work, other, least in RATES:
        found = ratios(table[work][OURS], table[work][other], "rate")
        add(f"{work}: at least {least} × the requests a second of {other}", spread(found), median(found) >= least)
    for work, rows in table.items():
        found = ratios(rows[OURS], rows[BEFORE], "cpu")
        add(f"{work}: at most {CPU_MOST} × the CPU time of {BEFORE}", spread(found), median(found) <= CPU_MOST)
    for work, rows in results["network"].items():
        found = ratios(rows["with"], rows["without"], "rate")
        target = f"{work}: at least {NETWORK_LEAST} of the requests a second with {NETWORK_MS} ms of network a call"
        add(target, spread(found), median(found) >= NETWORK_LEAST)
    packed, plain = (results["compression"][LIST_100.name][name] for name in ("gzip", "identity"))
    share, costs = middle(packed, "bytes") / middle(plain, "bytes"), more(packed, plain)
    add(f"{LIST_100.name}, compressed: at most {BYTES_MOST} of its bytes", f"{share:.2f}", share <= BYTES_MOST)
    add(f"{LIST_100.name}, compressed: at most {COMPRESSION_MS_MOST} ms CPU more", f"{costs:.2f}", costs <= COMPRESSION_MS_MOST)
    worker = max(one["worker"] for one in results["memory"].values())
    both = sum(one["all"] for one in results["memory"].values())
    ready = max(results["ready"].values())
    add(f"at most {WORKER_MB_MOST} MB a worker", f"{worker:.0f} MB", worker <= WORKER_MB_MOST)
    add(f"both containers at most {ALL_MB_MOST} MB", f"{both:.0f} MB", both <= ALL_MB_MOST)
    add(f"ready in less than {READY_MOST:.0f} s", f"{ready:.2f} s", ready < READY_MOST)
    return lines


def _depths(results: dict[str, Any]) -> list[str]:
    """What each layer adds to a read's CPU time, here and in FastAPI."""
    ours, theirs = results["depths"][OURS], results["depths"][FASTAPI]
    lines = [f"| layer | {OURS}: CPU ms | {FASTAPI}: CPU ms |", "|---|--:|--:|"]
    shallow = middle(theirs["FastAPI"], "cpu")
    below = 0.0
    for number, name in enumerate(DEPTHS):
        cost = middle(ours[name], "cpu")
        lines.append(f"| {name} | {cost - below:.2f} | {f'{shallow:.2f} (uvicorn and FastAPI)' if number == 0 else ''} |")
        below = cost
    whole, other = middle(ours[READ.name], "cpu"), middle(theirs[READ.name], "cpu")
    lines.append(f"| the call to DynamoDB, the response | {whole - below:.2f} | {other - shallow:.2f} |")
    lines.append(f"| a read | {whole:.2f} | {other:.2f} |")
    return lines


def _parts(results: dict[str, Any]) -> list[str]:
    """What a request's CPU time grows by without each part."""
    parts = results["parts"]
    lines = [f"| without | {' | '.join(f'{work}: CPU ms more' for work in parts)} |", "|---|" + "--:|" * len(parts)]
    for name in (*PARTS, TRACED):
        grown = [(more(rows[name], rows[""]), median(ratios(rows[name], rows[""], "cpu")) - 1) for rows in parts.values()]
        lines.append(f"| {name} | {' | '.join(f'{cost:.2f} ({share:+.0%})' for cost, share in grown)} |")
    return lines
