"""Taking one permission of a role away, and no other."""

import json

import pytest

from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.rehearsal.roles import Permission, RolePolicies, TrustError, credentials, reduced

STATEMENT = {"Sid": "Both", "Effect": "Allow", "Action": ["a:Read", "a:Write"], "Resource": ["table", "index"]}


def permission(action, resource):
    return Permission(action, resource)


def test_it_works():
    assert reduced(STATEMENT, permission("a:Read", "table")) == [
        {"Sid": "Both", "Effect": "Allow", "Action": ["a:Write"], "Resource": ["table", "index"]},
        {"Effect": "Allow", "Action": ["a:Read"], "Resource": ["index"]},
    ]


def test_a_statement_that_does_not_grant_it_stays():
    assert reduced(STATEMENT, permission("a:Read", "elsewhere")) == [STATEMENT]


def test_the_last_permission_leaves_no_statement():
    assert reduced({"Effect": "Allow", "Action": "a:Read", "Resource": "table"}, permission("a:Read", "table")) == []


@pytest.fixture(scope="module")
def account():
    with Processes() as processes:
        yield Emulator(processes)


@pytest.fixture
def role(account):
    """A function that makes a role which trusts a service and may list buckets."""
    iam = account.client("iam")
    made = []

    def make(service):
        name = f"role-{len(made)}"
        trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}]}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        made.append(name)
        document = {"Statement": [{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=json.dumps(document))
        return arn

    yield make
    for name in made:
        iam.delete_role_policy(RoleName=name, PolicyName="permissions")
        iam.delete_role(RoleName=name)


def test_a_tasks_role_is_taken_on_and_its_trust_stays_as_it_was(account, role):
    arn = role("ecs-tasks.amazonaws.com")
    keys = credentials(account, arn)
    assert set(keys) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    trust = account.client("iam").get_role(RoleName="role-0")["Role"]["AssumeRolePolicyDocument"]
    assert [statement["Principal"] for statement in trust["Statement"]] == [{"Service": "ecs-tasks.amazonaws.com"}]


def test_a_role_that_does_not_trust_ecs_is_refused(account, role):
    arn = role("lambda.amazonaws.com")
    with pytest.raises(TrustError, match="does not trust ecs-tasks"):
        credentials(account, arn)


def test_a_permission_is_away_for_the_block_and_back_afterwards(account, role):
    policies = RolePolicies(account, role("ecs-tasks.amazonaws.com"))
    (only,) = policies.permissions()
    assert (only.action, only.resource) == ("s3:ListAllMyBuckets", "*")
    with policies.without(only):
        assert RolePolicies(account, f"arn/{policies.role}").permissions() == []
    assert RolePolicies(account, f"arn/{policies.role}").permissions() == [only]
