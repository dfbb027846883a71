"""`python -m bench`: measures the services beside the baselines, prints a table, writes docs/benchmarks.md and its plots.

Everything runs on this machine, on 127.0.0.1, against canned answers. Ratios within one run are what counts: the machine's own
speed and its other work are in both sides of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bench import load
from bench.measure import Bench
from bench.processes import ROOT, free_port
from bench.report import table, write
from bench.services import ENVIRONMENTS, Setting, working_folder


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of each, to see that all works; writes no document")
    parser.add_argument("--rounds", type=int, default=9, help="how often each comparison is repeated (9)")
    parser.add_argument(
        "--seconds", type=int, default=1, help="how long each load lasts (1): many short rounds, as a machine has slow moments"
    )
    parser.add_argument(
        "--results", type=Path, help="write the document and plots from the results of an earlier run, and measure nothing"
    )
    options = parser.parse_args()
    install()
    results_file = options.results or ROOT / "build" / "bench" / "results.json"
    if not options.results:
        load.generator()
        results_file.parent.mkdir(parents=True, exist_ok=True)
        rounds, seconds = (1, 1) if options.quick else (options.rounds, options.seconds)
        folder = working_folder(results_file.parent)
        bench = Bench(Setting(folder, Path(sys.executable), free_port()), seconds=seconds, rounds=rounds, say=say)
        try:
            bench.everything()
        finally:
            bench.close()
            results_file.write_text(json.dumps(bench.results, indent=1))
        shutil.rmtree(folder)
    results = json.loads(results_file.read_text())
    print("\n".join(table(results)))
    if not options.quick:
        write(results)
        python = ROOT / ".venv-bench" / "bin" / "python"
        subprocess.run([python, "-m", "bench.plots", results_file, ROOT / "docs" / "images"], check=True, cwd=ROOT)
        say("written: docs/benchmarks.md and its plots in docs/images/")


def install() -> None:
    """The baselines' environments, once; wrk, where that is ours to do."""
    for name, requirements in ENVIRONMENTS.items():
        pinned = ROOT / "bench" / requirements
        done = ROOT / name / ".installed"
        if done.exists() and done.stat().st_mtime >= pinned.stat().st_mtime:
            continue
        say(f"installing the baselines' requirements into {name} (once)")
        python = ROOT / name / "bin" / "python"
        venv.create(ROOT / name, with_pip=True, clear=True)
        subprocess.run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
                "-r",
                pinned,
            ],
            check=True,
        )
        done.touch()
    if shutil.which("wrk") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing wrk from Debian's packages (once)")
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=True, stdout=subprocess.DEVNULL)


def say(text: str) -> None:
    """Progress, beside the table that goes to standard output."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
