"""Least privilege in both directions: the journey shows that roles have what they need, this that they need what they have.

Each permission of each task role is taken away, alone, while the tasks run. Something a visitor or the schedule does must
fail then. There are no exceptions.
"""

import json
import re
from contextlib import contextmanager
from typing import NamedTuple

import httpx
import pytest

from deploy.stacks.operations.log_queries import GROUPS
from tests.journey import STEPS, JourneyError, Work, same
from tests.rehearsal import purging
from tests.rehearsal.environment import client, targets

AWAY = "taken-away"  # name of the policy that takes a permission away


class Permission(NamedTuple):
    """One action on one resource, whichever statements of a role's policies grant it."""

    Action: str
    Resource: str


class Role:
    """A role with its inline policies."""

    def __init__(self, name):
        self.name = name

    def permissions(self):
        iam = client("iam")
        names = iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=self.name, PolicyName=each)["PolicyDocument"] for each in names]
        found = [permission for document in documents for each in document["Statement"] for permission in granted(each)]
        return list(dict.fromkeys(found))

    @contextmanager
    def without(self, permission):
        """The role without this one permission, for the length of the block: denied, which outweighs what allows it."""
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", **permission._asdict()}]}
        client("iam").put_role_policy(RoleName=self.name, PolicyName=AWAY, PolicyDocument=json.dumps(document))
        try:
            yield
        finally:
            client("iam").delete_role_policy(RoleName=self.name, PolicyName=AWAY)


def granted(statement):
    """The permissions of a statement; IAM writes a single action or resource without a list around it."""
    actions, resources = ([value] if isinstance(value, str) else value for value in (statement["Action"], statement["Resource"]))
    return [Permission(action, resource) for action in actions for resource in resources]


REFUSAL = re.compile(r"not authorized to perform|AccessDenied|\b403\b")
"""How a refusal by IAM shows: in a line of a container, or in the response to a signed URL. HEAD has the number alone."""


@pytest.fixture
def visit(environment, alice):
    """What a visitor does, and readiness."""

    def visit():
        for service in environment.services():
            for balancer in service["loadBalancers"]:
                url = f"http://{targets(balancer['targetGroupArn'])[0]}:{balancer['containerPort']}/readyz"
                same(f"the status of {balancer['containerName']}'s /readyz", httpx.get(url).status_code, 200)
        work = Work(alice)
        for step in STEPS:
            step(work)

    return visit


@pytest.fixture
def purge(environment, alice, visitor, work):
    """The purge of a to-do that has a file, of a file alone, and of everything that somebody has."""
    erin = visitor("erin")
    erin.register()
    erin.log_in()

    def purge():
        erin.json("POST", "/api/me/todos", 201, json={"title": "Erin's"})
        erin.call("DELETE", "/api/me/todos?everything=true", 204)
        whole, alone = work(), work()
        whole.leaves_it_in_the_trash()
        alice.call("DELETE", f"{alone.files_path}/{next(iter(alone.files))}", 204)
        purging.let_the_time_pass(environment)
        same("the exit status of the purge", purging.run(environment), 0)

    return purge


@pytest.fixture
def refusals(environment):
    """How often the containers' lines tell of a refusal by IAM."""
    groups = [environment.outputs(stack)[output] for name, (stack, output) in GROUPS.items() if name != "api"]
    pages = client("logs").get_paginator("filter_log_events")

    def refusals():
        lines = [event["message"] for group in groups for page in pages.paginate(logGroupName=group) for event in page["events"]]
        return sum(bool(REFUSAL.search(line)) for line in lines)

    return refusals


def failure(use):
    """What is wrong, or None."""
    try:
        use()
    except (JourneyError, httpx.HTTPError, KeyError) as error:
        return repr(error)


@pytest.fixture
def needless(refusals, summary):
    """The permissions of a role without which ``use`` still works. The summary tells what fails without each."""

    def needless(role, use):
        found = []
        for permission in role.permissions():
            before = refusals()
            with role.without(permission):
                failed = failure(use)
                # A hiccup must not pass for a proof: where no refusal shows, it has to fail a second time.
                if failed and not REFUSAL.search(failed) and refusals() == before:
                    failed = failure(use)
            resource = permission.Resource.split(":", 5)[-1]
            summary.append(f"{role.name} without {permission.Action} on {resource}: {failed or 'ALL WORKS'}"[:200])
            if not failed:
                found.append(permission)
        use()  # with all permissions given back
        return found

    return needless


@pytest.fixture
def task_roles(environment):
    """Of the running services: one or two, as the task layout says."""
    definitions = [
        client("ecs").describe_task_definition(taskDefinition=each["taskDefinition"]) for each in environment.services()
    ]
    return [Role(each["taskDefinition"]["taskRoleArn"].rsplit("/", 1)[1]) for each in definitions]


def test_it_works(task_roles, needless, visit):
    assert [needless(role, visit) for role in task_roles] == [[] for _ in task_roles]


def test_the_purge_has_no_permission_that_it_does_not_need(environment, needless, purge):
    (name,) = [name for name in environment.of_type("purge", "AWS::IAM::Role") if "TaskRole" in name]
    assert needless(Role(name), purge) == []


def test_a_task_whose_secret_ecs_may_not_read_does_not_start(environment):
    (name,) = [name for name in environment.of_type("purge", "AWS::IAM::Role") if "ExecutionRole" in name]
    role = Role(name)
    (permission,) = [each for each in role.permissions() if each.Action == "secretsmanager:GetSecretValue"]
    with role.without(permission):
        assert purging.run(environment) != 0
    assert purging.run(environment) == 0
