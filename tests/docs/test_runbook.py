"""docs/how-to/runbook.md has one section for each alarm, with the same four parts, and none for alarms that do not exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.shared.alarms import RUNBOOK

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = dict(re.findall(r"^### (.+)\n((?:.+\n|\n(?!#))+)", (ROOT / RUNBOOK).read_text(), re.MULTILINE))
ONLY_WITH_EC2 = {"instances-at-maximum"}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (!Ref, !Sub, …) as what stands behind them."""


Loader.add_multi_constructor("!", lambda loader, _, node: construct(loader, node))


def construct(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


def linked() -> set[str]:
    """The sections that the alarms, and the rules that alert, of the committed templates name."""
    found = set()
    for path in (ROOT / "deploy" / "templates").glob("*/*.yaml"):
        for resource in yaml.load(path.read_text(), Loader)["Resources"].values():  # noqa: S506  a SafeLoader
            properties = resource.get("Properties", {})
            text = properties.get("AlarmDescription") or properties.get("Description") or ""
            found |= set(re.findall(rf"{re.escape(RUNBOOK)}#([a-z0-9-]+)", text)) if isinstance(text, str) else set()
    return found


def test_each_alarm_has_its_section_and_each_section_its_alarm() -> None:
    anchors = {name.lower().replace(" ", "-") for name in SECTIONS}
    assert len(anchors) > 20
    assert anchors == linked() | ONLY_WITH_EC2


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_meaning_causes_first_look_and_fix(name: str) -> None:
    parts = re.findall(r"^- \*\*(.+?):\*\* \S", SECTIONS[name], re.MULTILINE)
    assert parts == ["Meaning", "Likely causes", "First look", "Fix"]
