"""What taking permissions away finds out, with a role of two or three permissions and one thing it does."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from deploy.rehearsal.emulator import REGION, Emulator
from deploy.rehearsal.privileges import Failure, Verdict, of_role
from deploy.rehearsal.processes import Processes
from deploy.rehearsal.roles import credentials
from tests.journey import JourneyError


@pytest.fixture(scope="module")
def processes():
    with Processes() as processes:
        yield processes


@pytest.fixture(scope="module")
def account(processes):
    return Emulator(processes)


@pytest.fixture
def role(account):
    """A task's role that may do the given actions, as (ARN, what it does: list the buckets)."""
    iam = account.client("iam")

    def make(*actions):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
        arn = iam.create_role(RoleName="lister", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]["Arn"]
        document = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        iam.put_role_policy(RoleName="lister", PolicyName="permissions", PolicyDocument=json.dumps(document))
        keys = {name.lower(): value for name, value in credentials(account, arn).items()}
        s3 = boto3.Session(**keys, region_name=REGION).client("s3", endpoint_url=account.url)

        def lists_buckets():
            try:
                s3.list_buckets()
            except ClientError as error:
                return Failure("lists the buckets", str(error))
            return None

        return arn, lists_buckets

    yield make
    iam.delete_role_policy(RoleName="lister", PolicyName="permissions")
    iam.delete_role(RoleName="lister")


def test_it_works(account, processes, role):
    found = list(of_role(account, processes, *role("s3:ListAllMyBuckets", "s3:CreateBucket")))
    assert [(each.permission.action, each.verdict) for each in found] == [
        ("s3:ListAllMyBuckets", Verdict.USED),
        ("s3:CreateBucket", Verdict.NOT_USED),
    ]
    assert found[0].evidence == "lists the buckets"


def test_a_hiccup_does_not_pass_for_a_proof(account, processes, role):
    arn, _ = role("s3:ListAllMyBuckets", "s3:CreateBucket")
    hiccups = iter([Failure("lists the buckets", "timed out")])
    findings = of_role(account, processes, arn, lambda: next(hiccups, None))
    with pytest.raises(JourneyError, match="failed once, and then no more"):
        list(findings)


def test_what_fails_with_all_permissions_is_an_error(account, processes, role):
    arn, _ = role("s3:ListAllMyBuckets")
    findings = of_role(account, processes, arn, lambda: Failure("lists the buckets", "out of order"))
    assert next(findings).verdict == Verdict.USED
    with pytest.raises(JourneyError, match="With all permissions of lister given back"):
        next(findings)
