"""deploy.py removes the environment; what is left is what the templates retain."""

import pytest

from deploy.stacks import STACKS
from tests.rehearsal import emulated
from tests.rehearsal.environment import client


@pytest.fixture(scope="module")
def retained(environment):
    """Physical ids of what is left, once all stacks are removed."""
    found = {}
    for stack in STACKS:
        template = stack.template(environment.configuration).to_dict()["Resources"]
        for name, resource in environment.resources(stack.name).items():
            if template.get(name, {}).get("DeletionPolicy") in {"Retain", "RetainExceptOnCreate"}:
                found[resource["PhysicalResourceId"]] = name
    environment.remove()
    return found


def test_it_works(environment, retained):
    regions = {stack.region or emulated.REGION for stack in STACKS}
    assert [client("cloudformation", region).describe_stacks()["Stacks"] for region in regions] == [[]] * len(regions)


def test_no_container_is_left(environment, retained):
    assert emulated.tasks() == []


def test_only_what_the_templates_retain_is_left(retained):
    """Data, and what the administrator's stack holds."""
    left = [
        *client("dynamodb").list_tables()["TableNames"],
        *(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
        # Service-linked roles are the account's own.
        *(role["RoleName"] for role in client("iam").list_roles()["Roles"] if not role["Path"].startswith("/aws-service-role/")),
        *(balancer["LoadBalancerArn"] for balancer in client("elbv2").describe_load_balancers()["LoadBalancers"]),
        *client("ecs").list_clusters()["clusterArns"],
        *(group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]),
    ]
    assert set(left) <= retained.keys()
