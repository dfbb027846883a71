"""A second environment, a sandbox, beside the first: it comes up, goes down, and nothing else notices."""

import pytest

from deploy.configuration import Configuration
from deploy.stacks import STACKS
from tests.rehearsal import emulated
from tests.rehearsal.environment import Environment, client

REGIONS = {stack.region or emulated.REGION for stack in STACKS}


def account():
    """Everything in it that a template may leave behind, by name."""
    pages = [page for region in REGIONS for page in client("cloudformation", region).get_paginator("describe_stacks").paginate()]
    return {
        *((stack["StackName"], stack["StackStatus"], stack.get("LastUpdatedTime")) for page in pages for stack in page["Stacks"]),
        *(export["Name"] for region in REGIONS for export in client("cloudformation", region).list_exports()["Exports"]),
        *client("dynamodb").list_tables()["TableNames"],
        *(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
        *(role["RoleName"] for role in client("iam").list_roles()["Roles"]),
        *(pool["Id"] for pool in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]),
        *(balancer["LoadBalancerArn"] for balancer in client("elbv2").describe_load_balancers()["LoadBalancers"]),
        *client("ecs").list_clusters()["clusterArns"],
        *(group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]),
        *(repository["repositoryUri"] for repository in client("ecr").describe_repositories()["repositories"]),
        *(alarm["AlarmName"] for region in REGIONS for alarm in client("cloudwatch", region).describe_alarms()["MetricAlarms"]),
        *emulated.tasks(),
    }


@pytest.fixture(scope="module")
def before(environment):
    return account()


@pytest.fixture(scope="module")
def second(before, environment, page):
    """Its stacks and page; the first environment is up meanwhile."""
    second = Environment(Configuration("weekend", profile="sandbox"), environment.images)
    second.up(page)
    return second


def test_it_works(before, second, environment):
    """Side by side, with nothing in common; tasks of both run."""
    assert before < account()
    assert {each["clusterArn"] for each in environment.services()}.isdisjoint(each["clusterArn"] for each in second.services())
    assert second.outputs("web")["DistributionHost"] != environment.outputs("web")["DistributionHost"]


def test_the_account_is_as_before_when_it_is_destroyed(before, second, work, summary):
    work().downloads()
    printed = second.remove()
    summary.append(f"{second.configuration.environment} was removed. {printed.splitlines()[-1]}")
    assert printed.endswith("Left in the account with the tag env=weekend: nothing\n")
    emulated.until("its tasks have stopped", lambda: len(account()) == len(before))
    assert account() == before


def test_the_first_serves_its_visitors_as_before(second, environment, work):
    assert environment.is_stable()
    work().downloads()
