"""The four plots of docs/benchmarks.md, as SVG: `python -m bench.plots RESULTS FOLDER` (in .venv-bench, which has matplotlib)."""

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.hashsalt": "bench",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": "white",
    }
)
COLOURS = {
    "this project": "#0b6e4f",
    "Flask + boto3": "#c0562f",
    "FastAPI + aioboto3": "#3b6ea5",
    "floor": "#777777",
    "floor + our parser": "#b5b5b5",
    "reading everything": "#8a2d5c",
}


def save(figure: Any, folder: Path, name: str) -> None:
    figure.tight_layout()
    figure.savefig(folder / f"benchmark-{name}.svg", metadata={"Date": None})
    plt.close(figure)


def throughput(results: dict[str, Any], folder: Path) -> None:
    """Requests a second, each work in a frame of its own: their scales differ."""
    works = results["table"]
    figure, frames = plt.subplots(1, len(works), figsize=(11, 3.4))
    for frame, (work, rows) in zip(frames, works.items(), strict=True):
        names = list(rows)
        rates = [[one["rate"] for one in rows[name]] for name in names]
        middles = [median(one) for one in rates]
        spread = [
            [middle - min(one) for middle, one in zip(middles, rates, strict=True)],
            [max(one) - middle for middle, one in zip(middles, rates, strict=True)],
        ]
        frame.bar(range(len(names)), middles, yerr=spread, color=[COLOURS[name] for name in names], ecolor="#333333", capsize=2)
        frame.set_title(work)
        frame.set_xticks(range(len(names)), names, rotation=60, ha="right")
    frames[0].set_ylabel("requests a second")
    save(figure, folder, "throughput")


def latency(results: dict[str, Any], folder: Path) -> None:
    """p50 and p99 of a list of 10 by concurrency."""
    figure, frames = plt.subplots(1, 2, figsize=(9, 3.2), sharex=True)
    for name, rows in results["concurrency"].items():
        connections = [int(one) for one in rows]
        for frame, key in zip(frames, ("p50", "p99"), strict=True):
            frame.plot(connections, [one[key] for one in rows.values()], marker="o", color=COLOURS[name], label=name)
            frame.set_title(f"{key}, list of 10")
    for frame in frames:
        frame.set_xscale("log", base=2)
        frame.set_yscale("log")
        frame.set_xticks(connections, [str(one) for one in connections])
        frame.set_xlabel("connections")
    frames[0].set_ylabel("milliseconds")
    frames[0].legend(frameon=False)
    save(figure, folder, "latency")


def cost(results: dict[str, Any], folder: Path, key: str, name: str, label: str) -> None:
    """CPU a request of some services by a number."""
    figure, frame = plt.subplots(figsize=(5.5, 3.2))
    for service, rows in results[key].items():
        frame.plot([int(one) for one in rows], list(rows.values()), marker="o", color=COLOURS[service], label=service)
    frame.set_xlabel(label)
    frame.set_ylabel("CPU ms a request")
    if key == "stored":
        frame.set_xscale("log")
        frame.set_yscale("log")
    else:
        frame.set_ylim(bottom=0)
    frame.legend(frameon=False)
    save(figure, folder, name)


def main() -> None:
    results, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    throughput(results, folder)
    latency(results, folder)
    cost(results, folder, "stored", "stored", "to-dos stored (first page of 50)")
    cost(results, folder, "page_size", "page-size", "to-dos on a page")


if __name__ == "__main__":
    main()
