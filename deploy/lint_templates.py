#!/usr/bin/env python
"""Lint every template of every combination: cfn-lint, checkov, and parliament over the IAM policies. No finding passes.

    .venv/bin/python deploy/lint_templates.py

checkov and parliament live in an environment of their own (requirements-checkov.txt), since they pin what we need newer:

    make .venv-checkov/.installed

Templates that two combinations share are linted once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.build_stack import render
from deploy.configuration import combinations
from deploy.policies import policies
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
CHECKOV_ENVIRONMENT: Final = ROOT / ".venv-checkov" / "bin"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the linters; the exit status is 0 when none has a finding, 2 when one is not installed."""
    parser = argparse.ArgumentParser(
        prog="lint_templates.py", description="Lint every template of every combination: cfn-lint, checkov, parliament."
    )
    parser.add_argument("--out", type=Path, default=Path("build/lint"), metavar="FOLDER", help="working folder, emptied first")
    folder: Path = parser.parse_args(arguments).out
    shutil.rmtree(folder, ignore_errors=True)
    templates = _write_templates(folder / "templates")
    _write_policies(folder / "policies")
    linters: dict[str, list[str | Path]] = {
        "cfn-lint": [Path(sys.executable).parent / "cfn-lint", *templates],
        "checkov": [
            *(CHECKOV_ENVIRONMENT / "checkov", "--directory", folder / "templates", "--framework", "cloudformation"),
            *("--quiet", "--compact", "--skip-download"),
        ],
        "parliament": [
            *(CHECKOV_ENVIRONMENT / "parliament", "--directory", folder / "policies"),
            *("--config", ROOT / "deploy" / "parliament.yaml"),
        ],
    }
    failed = []
    for name, command in linters.items():
        if not Path(command[0]).exists():
            sys.stderr.write(
                f"{name} is not installed at {command[0]}: see `python deploy/lint_templates.py --help` and its file.\n"
            )
            return 2
        print(f"{name} …", flush=True)  # noqa: T201  a program for the terminal
        # parliament's import of pkg_resources warns at each start
        if subprocess.run(command, check=False, env={**os.environ, "PYTHONWARNINGS": "ignore"}).returncode:  # noqa: S603  our own linters
            failed.append(name)
    verdict = f"Findings of {', '.join(failed)}." if failed else "No finding."
    print(f"{len(templates)} different templates of {len(list(combinations()))} combinations: {verdict}")  # noqa: T201
    return 1 if failed else 0


def _write_templates(folder: Path) -> list[Path]:
    """Each different template once, named by the first combination that has it."""
    folder.mkdir(parents=True)
    written: dict[str, Path] = {}
    for configuration in combinations():
        for stack in STACKS:
            text = render(stack.template(configuration))
            if text not in written:
                options = f"{configuration.environment}-{configuration.capacity}-{configuration.task_layout}"
                written[text] = folder / f"{stack.name}-{options}.json"
                written[text].write_text(text, encoding="utf-8")
    return list(written.values())


def _write_policies(folder: Path) -> None:
    folder.mkdir(parents=True)
    for configuration in combinations():
        for name, document in policies(configuration):
            text = json.dumps(document, indent=2)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
