"""`python -m bench.profile`: what a request's CPU time goes into, with all optimisations on and with none; writes docs/benchmarks.md.

py-spy looks some hundred times a second, from outside, at the thread of one loaded worker that holds the interpreter's lock: waiting
and the kernel's work are not in it. A sample belongs to the first of the parts below that has a function on its stack. Needs the
right to look into a process: root, or one's own where ptrace_scope is 0.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from todo_project.aws.optimisations import OPTIMISATIONS

from bench.__main__ import install, say
from bench.measure import WORKS, Bench, Work
from bench.processes import ROOT, Server, free_port
from bench.report import replaced
from bench.services import Setting, working_folder

RATE: Final = 500
LEAST: Final = 0.05
"""Shares below this are not named."""

# Frames are `function (file:line)`, joined by `;`, the outermost first.
PARTS: Final = {
    "signing URLs": r"signing\.py|generate_presigned_url",
    "reading DynamoDB's answer": r"\((?:botocore/)?parsers\.py|dynamodb_parser\.py",
    "signing calls": r"signed \(todo_project|sign \(botocore|add_auth \(botocore",
    "sending and receiving": r"dynamodb_connection\.py|connectionpool\.py|httpsession\.py|http/client\.py",
    "botocore's rest": r"\(botocore|\(boto3",
    "rows to JSON and back": r"items_as_json|as_json|from_item|to_item|_row",
    "writing the answer": r"rendered_content",
    "verifying the token": r"authenticate \(todo_project|verify \(todo_project",
    "input": r"is_valid \(|_load_data_and_files",
    "the log line": r"logging/__init__\.py|format \(todo_project",
    "DRF's rest": r"\(rest_framework",
    "Django and middleware": r"\(django|\(todo_project/(?:api|aws|telemetry)",
    "gunicorn, threads and the worker": r"",
}
_PARTS: Final = {name: re.compile(pattern) for name, pattern in PARTS.items()}


def shares(stacks: str) -> dict[str, float]:
    """Each part's share of the samples, from py-spy's raw format: a line a stack, and how often it was seen."""
    seen: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        seen[next(name for name, pattern in _PARTS.items() if pattern.search(stack))] += int(count)
    return {name: count / seen.total() for name, count in seen.most_common()}


def record(server: Server, seconds: int, file: Path) -> dict[str, float]:
    """Looks at a server's only worker while it is loaded."""
    [worker] = server.workers()
    command = [ROOT / ".venv-bench" / "bin" / "py-spy", "record", "--pid", str(worker), "--format", "raw", "--output", file]
    subprocess.run([*command, "--rate", str(RATE), "--duration", str(seconds), "--gil"], check=True, capture_output=True)
    return shares(file.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="how long each profile lasts (8)")
    parser.add_argument("--print", action="store_true", help="write no document")
    options = parser.parse_args()
    install()
    folder = working_folder(ROOT / "build" / "bench")
    bench = Bench(Setting(folder, Path(sys.executable), free_port()), seconds=options.seconds, rounds=1, say=say)
    lines = ["| work | none on | all on |", "|---|---|---|"]
    try:
        bench.up(bench.setting.start_stub())
        for work in WORKS:
            offs = (",".join(OPTIMISATIONS), "")
            cells = [profile(bench, work, off, options.seconds, folder / "stacks") for off in offs]
            lines.append(f"| {work.name} | {' | '.join(cells)} |")
            say(work.name)
    finally:
        bench.close()
    print("\n".join(lines))
    if not options.print:
        path = ROOT / "docs" / "benchmarks.md"
        path.write_text(replaced(path.read_text(), "profiles", lines))


def profile(bench: Bench, work: Work, off: str, seconds: int, file: Path) -> str:
    """The parts of a work that take more than `LEAST`, the greatest first."""
    server = bench.up(bench.setting.start_ours(work.service, off=off, workers=1))
    bench.load(server, work, seconds=1, warm=True, connections=4)
    with ThreadPoolExecutor(1) as beside:
        loaded = beside.submit(bench.load, server, work, seconds=seconds + 2, connections=4)
        found = record(server, seconds, file)
        loaded.result()
    return ", ".join(f"{name} {share * 100:.0f} %" for name, share in found.items() if share >= LEAST)


if __name__ == "__main__":
    main()
