"""The combinations of options that tests are about, and marks for tests that ask something of some of them only."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from deploy.configuration import CAPACITIES, PROFILES, TASK_LAYOUTS, Configuration

if TYPE_CHECKING:
    from collections.abc import Iterator


def combinations() -> Iterator[Configuration]:
    """Every set of options that changes how templates hang together, each profile in an environment of its own.

    How ECS replaces tasks changes one property of the services only: each way is among the sets, canary with every layout.
    """
    environments = {"sandbox": "weekend", "standard": "dev", "production": "prod"}
    deployments = {("sandbox", "ec2"): "blue-green", ("standard", "ec2"): "linear"}
    for profile, capacity, task_layout in product(PROFILES, CAPACITIES, TASK_LAYOUTS):
        deployment = deployments.get((profile, capacity), "")
        yield Configuration(environments[profile], capacity, task_layout, profile, deployment=deployment)


def name(configuration: Configuration) -> str:
    """As test ids show a combination."""
    return f"{configuration.environment}-{configuration.capacity}-{configuration.task_layout}"


lasting = pytest.mark.parametrize(
    "deployment", [each for each in combinations() if each.settings.retain], indirect=True, ids=name
)
"""All but sandboxes, which hold nothing that outlives them, no pipeline's roles, no backups and no web ACL."""
