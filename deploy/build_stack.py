#!/usr/bin/env python
"""Write every CloudFormation template of the chosen options and print what each holds.

python deploy/build_stack.py --environment prod --capacity fargate --task-layout independent
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from deploy.configuration import Configuration, add_options
from deploy.shared.stack_template import StackTemplate
from deploy.stacks import STACKS

SIZE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation takes in the request itself; a larger one has to be put in a bucket first."""


def render(template: StackTemplate, file_format: str = "yaml") -> str:
    """The template's text: YAML for people, JSON without white space for programs. The same options give the same bytes."""
    if file_format == "json":
        return json.dumps(template.to_dict(), separators=(",", ":")) + "\n"
    return str(template.to_yaml(sort_keys=False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the templates and return the process's exit status."""
    parser = argparse.ArgumentParser(
        prog="build_stack.py",
        description=__doc__,
        epilog="docs/reference/infrastructure.md says what each stack is for and what each option changes. "
        "Nothing is deployed: deploy.py does that.",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), metavar="FOLDER", help="where to write (default: build)")
    add_options(parser)
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="of the files (default: yaml)")
    options = parser.parse_args(arguments)
    configuration, folder = Configuration.of(options), options.out
    chosen = f"{configuration.profile} profile, {configuration.capacity}, {configuration.task_layout} tasks"
    table = Table("stack", title=f"{folder}: {configuration.environment}, {chosen}", title_justify="left")
    for column in ("resources", "parameters", "outputs", "bytes"):
        table.add_column(column, justify="right")
    too_large = []
    for stack in STACKS:
        template = stack.template(configuration)
        text = render(template, options.format)
        name, size = configuration.stack_name(stack.name), len(text.encode())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.{options.format}").write_text(text, encoding="utf-8")
        except OSError as error:
            parser.error(f"{error}. Name a folder you may write to with --out.")
        counts = (template.resources, template.parameters, template.outputs)
        table.add_row(name, *(str(len(part)) for part in counts), f"{size:,}")
        if size >= SIZE_LIMIT:
            too_large.append(name)
    console = Console()
    console.print(table)
    for name in too_large:
        console.print(f"{name} is larger than {SIZE_LIMIT:,} bytes: CloudFormation takes it only from a bucket. Split the stack.")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
