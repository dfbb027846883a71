"""Marks for tests that ask something of some combinations of options only."""

from __future__ import annotations

import pytest

from deploy.configuration import Configuration, combinations


def name(configuration: Configuration) -> str:
    """As test ids show a combination."""
    return f"{configuration.environment}-{configuration.capacity}-{configuration.task_layout}"


lasting = pytest.mark.parametrize(
    "deployment", [each for each in combinations() if each.settings.retain], indirect=True, ids=name
)
"""All but sandboxes, which hold nothing that outlives them, no pipeline's roles, no backups and no web ACL."""
