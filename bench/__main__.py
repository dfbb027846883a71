"""`python -m bench`: measures the services, prints the tables, and with --write puts them into docs/reference/benchmarks.md with their plot.

Everything runs on this computer, on 127.0.0.1, against canned responses. Ratios within one run are what counts: the computer's own
speed and its other work are in both sides of them. It takes seven minutes.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time

from bench import report
from bench.measure import Bench
from bench.processes import ROOT
from bench.services import BENCH_VENV, FASTAPI_VENV, Setting, baseline_tree


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of each, to see that all works")
    parser.add_argument("--rounds", type=int, default=7, help="how often each comparison is repeated, a second each time (7)")
    parser.add_argument("--write", action="store_true", help="write docs/reference/benchmarks.md and its plot")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not installed. Install it: apt-get install wrk")
    if not (BENCH_VENV / ".installed").exists() or not (FASTAPI_VENV / ".installed").exists():
        sys.exit("The baselines' environments are not installed. Install them and measure: make bench")
    folder = ROOT / "build" / "bench"
    shutil.rmtree(folder / "logs", ignore_errors=True)
    (folder / "logs").mkdir(parents=True)
    started = time.monotonic()
    bench = Bench(Setting(folder / "logs", baseline_tree(folder)), rounds=1 if options.quick else options.rounds)
    try:
        results = bench.run()
    finally:
        bench.close()
    results_file = folder / "results.json"
    results_file.write_text(json.dumps(results, indent=1))
    print("\n\n".join("\n".join(lines) for lines in report.tables(results).values()))
    print(f"\nmeasured in {time.monotonic() - started:.0f} s")
    if options.write:
        report.write(results)
        python = BENCH_VENV / "bin" / "python"
        subprocess.run([python, "-m", "bench.plots", results_file, ROOT / "docs" / "images"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
