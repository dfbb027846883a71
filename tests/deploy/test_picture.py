"""The picture of docs/infrastructure.md shows the stacks as they are."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deploy.configuration import Configuration
from deploy.stacks import STACKS

SOURCE = Path(__file__).parents[2] / "docs" / "images" / "infrastructure.py"
COMMAND = ".venv-checkov/bin/python docs/images/infrastructure.py"


@pytest.fixture(scope="module")
def source() -> dict[str, Any]:
    """The names of the picture's source; drawing needs graphviz, reading it does not."""
    return runpy.run_path(str(SOURCE))


def test_the_source_holds_what_the_stacks_hold(source: dict[str, Any]) -> None:
    drawn = Configuration("prod", "fargate", "independent")
    held = {
        stack.name: dict(Counter(resource.resource_type for resource in stack.template(drawn).resources.values()))
        for stack in STACKS
    }
    assert source["STACKS"] == held, (
        f"a stack changed: change STACKS in {SOURCE.name}, see whether its drawing is still right, run {COMMAND}"
    )


def test_the_picture_was_drawn_from_the_source_as_it_is(source: dict[str, Any]) -> None:
    stamp = source["CHUNK"] + b"\0" + source["digest"]().encode()
    assert stamp in source["PICTURE"].read_bytes(), f"the picture is older than its source: run {COMMAND}"


def test_infrastructure_md_shows_the_picture_and_how_to_draw_it() -> None:
    page = (SOURCE.parents[1] / "infrastructure.md").read_text()
    assert "(images/infrastructure.png)" in page
    assert COMMAND in page


def test_infrastructure_md_has_a_section_for_each_stack() -> None:
    page = (SOURCE.parents[1] / "infrastructure.md").read_text()
    for stack in STACKS:
        assert f"### {stack.name}" in page
