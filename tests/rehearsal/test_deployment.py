"""Every stack is deployed by deploy.py, and ECS runs the services' tasks as their definitions say."""

from deploy import containers
from deploy.stacks import STACKS
from tests import engine
from tests.rehearsal import emulated
from tests.rehearsal.environment import TASKS, targets


def test_it_works(environment, alice):
    """Up to Alice's first to-do, whose time the summary tells."""
    groups = environment.of_type("routing", "AWS::ElasticLoadBalancingV2::TargetGroup")
    # The alternate groups have none between deployments, and the emulated ECS deploys without them.
    assert sorted(len(set(targets(group))) for group in groups) == [0, 0, TASKS, TASKS]


def test_a_second_deployment_changes_nothing(environment):
    printed = environment.deploy()
    assert printed.count("no changes.") == len(STACKS)


def test_containers_run_as_their_task_definition_says(environment):
    running = [engine.inspect("container", container) for container in emulated.tasks()]
    assert len(running) == 2 * TASKS
    for each in running:
        host = each["HostConfig"]
        assert (each["Config"]["User"], host["ReadonlyRootfs"], host["Init"]) == ("10001:10001", True, True)
        assert containers.SCRATCH in host["Tmpfs"]
