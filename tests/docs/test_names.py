"""Files and commands that the documents name exist."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
IMAGINED = re.compile(r"\blabels\b|<")  # the app that CONTRIBUTING adds; names with a place to fill in
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|md|toml|yaml|svg|tsx?|html))`")
COMMAND = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)(?=[`,;:.]|\s+#|$)", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`|^\$ .*$", re.MULTILINE)
MANAGE = re.compile(r"\bmanage\.py ([a-z]+)(?=[` \n])")

BASES = (ROOT, ROOT / "todo_project", ROOT / "web")
MANAGEMENT_COMMANDS = {path.stem for path in (ROOT / "local").rglob("management/commands/*.py")} | set(get_commands())

# What a superseded decision names was there when it was made.
CURRENT = [path for path in DOCUMENTS if "\nSuperseded by " not in path.read_text()]

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("document", CURRENT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_its_files_exist(document: Path) -> None:
    named = {name for name in PATH.findall(document.read_text()) if not IMAGINED.search(name)}
    assert {name for name in named if not any((base / name).exists() for base in BASES)} == set()


@each_document
def test_its_make_targets_exist(document: Path) -> None:
    targets = set(COMMAND.findall("\n".join(CODE.findall(document.read_text()))))
    for target in targets:
        ended = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 0, ended.stderr


@each_document
def test_its_management_commands_exist(document: Path) -> None:
    assert set(MANAGE.findall(document.read_text())) <= MANAGEMENT_COMMANDS
