#!/usr/bin/env python
"""Write every CloudFormation template of the chosen configuration and print what each holds.

python deploy/build_stack.py --environment prod --capacity fargate --task-layout independent
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from deploy.configuration import CAPACITIES, ENVIRONMENTS, TASK_LAYOUTS, Configuration
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deploy.shared.stack_template import StackTemplate

SIZE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation takes in the request itself; a larger one has to be put in a bucket first."""

PROPERTY_DEPTH: Final = 3
"""Of a property in a template: below section, resource, and "Properties"."""


def render(template: StackTemplate, file_format: str = "json") -> str:
    """The template's text with sorted keys, so that the same configuration always gives the same bytes.

    Both formats are written small enough for CloudFormation and so that a diff names what changed: JSON is one line a
    resource, parameter or output; YAML one line a property.
    """
    sections = json.loads(template.to_json())
    return _json(sections) if file_format == "json" else "".join(f"{line}\n" for line in _yaml(sections, depth=0))


def _json(sections: Mapping[str, Any]) -> str:
    parts = []
    for section, content in sorted(sections.items()):
        if isinstance(content, dict):
            entries = ",\n".join(f" {json.dumps(name)}:{_compact(entry)}" for name, entry in sorted(content.items()))
            parts.append(f"{json.dumps(section)}:{{\n{entries}\n}}")
        else:
            parts.append(f"{json.dumps(section)}:{_compact(content)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _yaml(content: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in sorted(content.items()):
        if isinstance(value, dict) and value and depth < PROPERTY_DEPTH:
            yield f"{' ' * depth}{name}:"
            yield from _yaml(value, depth + 1)
        else:
            yield f"{' ' * depth}{name}: {_compact(value)}"


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the templates and return the process's exit status."""
    options = _parser().parse_args(arguments)
    configuration = Configuration(options.environment, options.capacity, options.task_layout)
    console = Console()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        table, too_large = _write(configuration, options.out, options.format)
    except OSError as error:
        console.print(
            f"Cannot write to {options.out}: {error.strerror}. Name a folder you may write to with --out.",
            soft_wrap=True,
        )
        return 1
    console.print(table)
    for name in too_large:
        console.print(f"{name} is larger than {SIZE_LIMIT:,} bytes: CloudFormation takes it only from a bucket. Split the stack.")
    return 1 if too_large else 0


def _write(configuration: Configuration, folder: Path, file_format: str) -> tuple[Table, list[str]]:
    title = f"{folder}: {configuration.environment}, {configuration.capacity}, {configuration.task_layout} tasks"
    table = Table("stack", title=title, title_justify="left")
    for column in ("resources", "parameters", "outputs", "bytes"):
        table.add_column(column, justify="right")
    too_large = []
    for stack in STACKS:
        template = stack.template(configuration)
        text = render(template, file_format)
        name = configuration.stack_name(stack.name)
        (folder / f"{name}.{file_format}").write_text(text, encoding="utf-8")
        size = len(text.encode())
        counts = (template.resources, template.parameters, template.outputs)
        table.add_row(name, *(str(len(part)) for part in counts), f"{size:,}")
        if size >= SIZE_LIMIT:
            too_large.append(name)
    return table, too_large


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build_stack.py",
        description="Write every CloudFormation template of the to-do service and print what each holds.",
        epilog="docs/infrastructure.md says what each stack is for and what each option changes. "
        "Nothing is deployed: deploy_stack.py does that.",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), metavar="FOLDER", help="where to write (default: build)")
    parser.add_argument(
        "--environment",
        choices=ENVIRONMENTS,
        default="dev",
        help="sizes, NAT gateways, retention, protection (default: dev)",
    )
    parser.add_argument(
        "--capacity",
        choices=CAPACITIES,
        default="fargate",
        help="who owns the machines: AWS, or you in an Auto Scaling group (default: fargate)",
    )
    parser.add_argument(
        "--task-layout",
        choices=TASK_LAYOUTS,
        default="independent",
        help="both containers in one task definition, or a service of its own for each (default: independent)",
    )
    parser.add_argument("--format", choices=("json", "yaml"), default="json", help="of the files (default: json)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
