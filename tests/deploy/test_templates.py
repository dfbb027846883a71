"""deploy/templates holds the templates as they are generated: people learn from them, and a pull request shows what changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.build_stack import render
from deploy.configuration import Configuration
from deploy.stacks import STACKS

FOLDER = Path(__file__).parents[2] / "deploy" / "templates"
DEFAULTS = (Configuration("weekend", profile="sandbox"), Configuration("dev"), Configuration("prod"))


@pytest.mark.parametrize("configuration", DEFAULTS, ids=lambda configuration: configuration.profile)
def test_they_are_up_to_date(configuration: Configuration) -> None:
    rendered = {f"{configuration.stack_name(stack.name)}.yaml": render(stack.template(configuration)) for stack in STACKS}
    committed = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / configuration.profile).iterdir()}
    stale = sorted(name for name in {*rendered, *committed} if rendered.get(name) != committed.get(name))
    assert not stale, "deploy/templates is stale: run `make templates` and commit what it writes"


def test_there_is_one_folder_for_each_profile() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {configuration.profile for configuration in DEFAULTS}
