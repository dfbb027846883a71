"""The plot of docs/reference/benchmarks.md, as SVG: `python -m bench.plots RESULTS FOLDER` (in .venv-bench, which has matplotlib)."""

import json
import sys
from pathlib import Path
from statistics import median

import matplotlib as mpl
from matplotlib import pyplot as plt

COLOURS = {"this project": "#0b6e4f", "Flask + boto3": "#c0562f", "FastAPI + aioboto3": "#3b6ea5"}


def main() -> None:
    """Requests a second, each kind of request in a frame of its own: their scales differ."""
    results, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure, frames = plt.subplots(1, len(results["table"]), figsize=(11, 3.2), facecolor="white")
    for frame, (work, runs) in zip(frames, results["table"].items(), strict=True):
        rates = [sorted(one["rate"] for one in runs[name]) for name in COLOURS]
        middles = [median(one) for one in rates]
        spread = [[middle - one[0] for middle, one in zip(middles, rates, strict=True)]]
        spread.append([one[-1] - middle for middle, one in zip(middles, rates, strict=True)])
        frame.bar(range(len(COLOURS)), middles, yerr=spread, color=list(COLOURS.values()), ecolor="#333333", capsize=2)
        frame.set_title(work)
        frame.set_xticks(range(len(COLOURS)), list(COLOURS), rotation=60, ha="right")
    frames[0].set_ylabel("requests a second")
    figure.tight_layout()
    figure.savefig(folder / "benchmark-throughput.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
