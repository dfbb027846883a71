# ruff: noqa: INP001  a file beside what it is for
"""Points links to resources at their lines: `python docsite/template_lines.py`, part of `make templates`.

A page links a resource as [`Vpc`](/deploy/templates/standard/todo-dev-network.yaml#L26); the line follows from the name.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESOURCE = re.compile(r"(\[`(\w+)`\]\(/(deploy/templates/[\w/.-]+\.yaml))(?:#L\d+)?\)")


def line_of(resource: str, template: Path) -> int:
    """The line of a logical id in a template. Raises ValueError."""
    return template.read_text().splitlines().index(f"  {resource}:") + 1


def renewed(text: str) -> str:
    """A page with every such link at its line."""
    return RESOURCE.sub(lambda match: f"{match[1]}#L{line_of(match[2], ROOT / match[3])})", text)


if __name__ == "__main__":
    for path in (ROOT / "docs").rglob("*.md"):
        path.write_text(renewed(path.read_text()))
