"""security.md and reliability.md say what the tests do: each threat names its test, each promise has its row."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws.state import ROOT

SECURITY = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
RELIABILITY = (ROOT / "docs" / "reference" / "reliability.md").read_text(encoding="utf-8")
THREATS = re.findall(
    r"^\| (?!threat|---)(.+?) \| (.+?) \| (.+?) \|$", SECURITY.split("## Threats")[1].split("\n## ")[0], re.MULTILINE
)
TABLE = RELIABILITY.split("<!-- table: written by make prove WRITE=1 -->")[1].split("<!-- end of the table -->")[0]
ROWS = dict(re.findall(r"^\| (?!promise|---|\*\*)(.+?) \| .+ \| (.+?) \|$", TABLE, re.MULTILINE))


def promises() -> Iterator[str]:
    """What the proofs say they try: the second word of `proof.of`, the first of the mark `promise`."""
    for path in [*(ROOT / "tests" / "prove").glob("test_*.py"), *(ROOT / "tests" / "security").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"of", "promise"}:
                said = node.args[1] if node.func.attr == "of" else node.args[0]
                yield str(names[said.id] if isinstance(said, ast.Name) else ast.literal_eval(said))


@pytest.mark.parametrize(("threat", "against", "held"), THREATS, ids=[threat[0][:40] for threat in THREATS])
def test_each_threat_names_a_test_that_exists(threat: str, against: str, held: str) -> None:
    named = re.findall(r"`((?:tests|\.ci)/[\w./]+)`", held)
    assert named, f"say which test holds: {threat}"
    for name in named:
        path = ROOT / name
        assert path.is_file(), f"{name} is not there"
        assert path.suffix != ".py" or re.search(r"^\s*def test_", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_there_are_threats() -> None:
    assert len(THREATS) > 12


def test_each_test_of_security_is_named_by_a_threat() -> None:
    written = {path.name for path in (ROOT / "tests" / "security").glob("test_*.py")} - {Path(__file__).name}
    assert written <= set(re.findall(r"tests/security/(test_\w+\.py)", SECURITY))


@pytest.mark.skipif(not ROWS, reason="no whole run of make prove is committed yet: docs/reference/reliability.md says so")
def test_each_promise_has_its_row() -> None:
    """Else run `make prove`: it writes the table."""
    assert set(ROWS) == set(promises())


def test_each_promise_held() -> None:
    assert {promise: result for promise, result in ROWS.items() if not result.startswith("held")} == {}
