"""docs/reference/configuration.md lists every variable that the settings read, with its service and default, and no other."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "reference" / "configuration.md").read_text()
SERVICE = {"base": "both", "todos": "todos", "files": "files", "local": "local"}
ROW = re.compile(r"^\| `([A-Z_]+)` \| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

Variable = tuple[str, str]


def documented() -> dict[Variable, str]:
    """Variable and service to the default that the document tells."""
    return {(name, service): default.strip("`") for name, service, default, _, _ in ROW.findall(DOCUMENT)}


def read_by_settings() -> dict[Variable, list[str]]:
    """Variable and service to what the document may call the default: calls such as `env.str("NAME", default=…)`."""
    found: dict[Variable, list[str]] = {}
    for path in (ROOT / "todo_project" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("env.", "_env.")):
                name = ast.literal_eval(node.args[0])
                default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
                found[name, SERVICE[path.stem]] = defaults(default)
    return found


def defaults(node: ast.expr | None) -> list[str]:
    if node is None:
        return ["required"]
    try:
        value = ast.literal_eval(node)
    except ValueError:  # an expression, such as a path below the checkout: one of its texts
        return [str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [str(value)] if value else ["none"]


def test_it_lists_exactly_what_the_settings_read() -> None:
    assert set(documented()) == set(read_by_settings())


@pytest.mark.parametrize(("name", "service"), sorted(read_by_settings()))
def test_it_tells_the_default(name: str, service: str) -> None:
    assert documented()[name, service] in read_by_settings()[name, service]


def test_nothing_else_reads_the_environment() -> None:
    readers = re.compile(r"os\.environ|os\.getenv|environ\.Env")
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("todo_project", "todos", "files")
        for path in (ROOT / package).rglob("*.py")
        if readers.search(path.read_text())
    }
    outside = {name for name in found if not name.startswith(("todo_project/settings/", "local/aws/"))}
    assert outside == set()


def test_it_names_every_settings_module() -> None:
    modules = set(re.findall(r"^\| `(todo_project\.settings\.\w+)` \|", DOCUMENT, re.MULTILINE))
    assert modules == {f"todo_project.settings.{name}" for name in ("todos", "files", "local", "test")}
