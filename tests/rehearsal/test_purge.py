"""Thirty days later the purge deletes what is in the trash, and nothing else."""

from deploy import containers
from deploy.stacks.operations.log_queries import GROUPS
from tests.rehearsal import purging
from tests.rehearsal.environment import client


def test_it_works(environment, work):
    trashed, kept = work(), work()
    trashed.leaves_it_in_the_trash()
    purging.let_the_time_pass(environment)
    assert purging.run(environment) == 0
    assert purging.left(environment, trashed.todo["todoID"]) == []
    kept.downloads()


def test_its_last_line_is_what_the_alarm_counts(environment):
    assert purging.run(environment) == 0
    stack, output = GROUPS["purge"]
    group = environment.outputs(stack)[output]
    assert client("logs").filter_log_events(logGroupName=group, filterPattern=containers.PURGE_DONE)["events"]


def test_what_is_not_due_stays(environment, work):
    trashed = work()
    trashed.leaves_it_in_the_trash()
    assert purging.run(environment) == 0
    assert purging.left(environment, trashed.todo["todoID"])
