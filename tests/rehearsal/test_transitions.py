"""The task layout and the capacity of a running environment change, and it serves its visitors afterwards."""

import pytest

from tests.journey import journey


@pytest.mark.parametrize(
    "choices",
    [{"task_layout": "shared"}, {"task_layout": "independent", "capacity": "ec2"}],
    ids=["shared tasks", "independent tasks on EC2"],
)
def test_it_works(environment, visitor, summary, choices):
    """Also after a release that failed: each deploys the first images again."""
    changed = environment.changed(**choices)
    changed.deploy()
    changed.start_tasks()
    journey(visitor("alice"), visitor("charlie"))
    summary.append(f"The journey works with {changed.configuration.capacity}, {changed.configuration.task_layout} tasks.")
