"""The pages of the layers link resources at the lines where the templates have them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = sorted((ROOT / "docs" / "reference" / "layers").glob("*.md"))
LINK = re.compile(r"\[`(\w+)`\]\(/(deploy/templates/[\w/.-]+)#L(\d+)\)")

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda path: path.stem)


@each_layer
def test_its_resources_are_at_their_lines(layer: Path) -> None:
    found = LINK.findall(layer.read_text())
    assert len(found) >= 5
    wrong = [name for name, file, line in found if (ROOT / file).read_text().splitlines()[int(line) - 1] != f"  {name}:"]
    assert wrong == [], "write them again: make templates"


@each_layer
def test_it_has_a_diagram_from_top_to_bottom_and_the_same_parts(layer: Path) -> None:
    text = layer.read_text()
    assert "```mermaid\nflowchart TB\n" in text
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Resources", "Why it is so", "What would go wrong otherwise", "In the exam"]
