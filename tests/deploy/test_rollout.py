"""What `deploy.py stacks` does around CloudFormation, on an embedded AWS: order, Availability Zones, causes of a failure."""

import io
import re
from functools import partial

import httpx
import pytest
from botocore.exceptions import ClientError
from rich.console import Console
from troposphere import Export, GetAtt, ImportValue, Output, Parameter, Ref, Sub, Template
from troposphere.cognito import UserPoolDomain
from troposphere.ecs import Cluster
from troposphere.ecs import Service as EcsService
from troposphere.sns import Topic

from deploy import stacks
from deploy.release import diagnosis, rollout
from deploy.release.changes import Change, Kind
from deploy.release.deployment import Deployable, Deployer, DeploymentError, Plan
from tests.emulator import REGION


@pytest.fixture
def parts():
    """What the stacks hold; a test changes it between two deployments."""
    return {"provider": True, "broken": False}


@pytest.fixture
def run(emulator, deployer, parts, monkeypatch):
    """Run `stacks` against a fresh embedded AWS: ``run("--plan")`` -> (exit status, everything printed)."""
    httpx.post(f"{emulator.url}/_ministack/reset").raise_for_status()
    three = (
        stacks.Stack("network", lambda _: network()),
        stacks.Stack("platform", lambda _: platform(parts)),
        stacks.Stack("services", lambda _: services(parts)),
    )
    monkeypatch.setattr(rollout, "STACKS", three)
    return partial(deployer, "stacks")


def network():
    result = Template()
    result.add_parameter(Parameter("ZoneIds", Type="CommaDelimitedList", Description="Zones."))
    result.add_resource(Topic("Alerts"))
    return result


def platform(parts):
    result = Template()
    cluster = result.add_resource(Cluster("Cluster"))
    result.add_output(Output("ClusterName", Value=Ref(cluster)))
    if parts["provider"]:
        provider = result.add_resource(Topic("Instances"))
        result.add_output(
            Output("Provider", Value=GetAtt(provider, "TopicName"), Export=Export(Sub("${AWS::StackName}-Provider")))
        )
    return result


def services(parts):
    result = Template()
    result.add_resource(Topic("Tasks", DisplayName=ImportValue("todo-dev-platform-Provider") if parts["provider"] else "FARGATE"))
    if parts["broken"]:
        result.add_resource(UserPoolDomain("Broken", Domain="todo", UserPoolId=f"{REGION}_NoSuchPool"))
        result.add_resource(EcsService("Service", DependsOn="Broken", TaskDefinition="todos"))
    return result


def order(text):
    """Short names of the stacks, as they were deployed."""
    return re.findall(r"^todo-dev-(\w+) \((?:new|exists)\)", text, re.MULTILINE)


def test_it_works(run):
    status, text = run()
    assert (status, order(text)) == (0, ["network", "platform", "services"]), text


def test_what_another_stack_still_imports_goes_last(run, parts):
    """CloudFormation, the embedded one too, refuses it in the usual order."""
    run()
    parts["provider"] = False
    status, text = run()
    assert (status, order(text)) == (0, ["services", "platform"]), text


def test_what_is_new_comes_first(run, parts):
    parts["provider"] = False
    run()
    parts["provider"] = True
    status, text = run()
    assert (status, order(text)) == (0, ["platform", "services"]), text


def zones_of(emulator, region=REGION):
    stack = emulator.client("cloudformation", region).describe_stacks(StackName="todo-dev-network")["Stacks"][0]
    return stack["Parameters"][0]["ParameterValue"]


def test_zones_are_chosen_for_a_new_network_and_kept(run, emulator):
    run("--only", "network")
    assert zones_of(emulator) == "euc1-az1,euc1-az2,euc1-az3"
    status, text = run("--only", "network", "--parameters", "ZoneIds=euc1-az1,euc1-az2,euc1-az3")
    assert (status, text) == (0, "todo-dev-network: no changes.\n")


def test_zones_that_are_given_are_checked(run, emulator):
    status, text = run("--only", "network", "--parameters", "ZoneIds=euc1-az3,euc1-az1,euc1-az2")
    assert (status, zones_of(emulator)) == (0, "euc1-az3,euc1-az1,euc1-az2"), text
    status, text = run("--only", "network", "--environment", "other", "--parameters", "ZoneIds=euc1-az1,euc1-az1,euc1-az2")
    assert status == 1
    assert text.endswith("Give three of them.\n")


def test_a_region_that_cannot_hold_the_network_is_refused_before_anything_is_made(run, emulator):
    status, text = run(region="us-west-1")
    assert status == 1
    assert "it can use usw1-az1, usw1-az3. Choose another region.\n" in text
    assert emulator.client("cloudformation", "us-west-1").list_stacks()["StackSummaries"] == []


def test_instances_are_allowed_more_tasks_than_network_interfaces(run, emulator):
    run("--capacity", "ec2")
    settings = emulator.client("ecs").list_account_settings(name="awsvpcTrunking", effectiveSettings=True)["settings"]
    assert [setting["value"] for setting in settings] == ["enabled"]


def test_a_failure_tells_why_tasks_stopped(run, parts, monkeypatch):
    run()
    parts["broken"] = True
    monkeypatch.setattr(diagnosis, "stopped_tasks", lambda *_: "A task of service:todos stopped: no such image")
    status, text = run()
    assert status == 1
    first_cause, why = text.splitlines()[-2:]
    assert "First cause: Broken (AWS::Cognito::UserPoolDomain)" in first_cause
    assert why == "A task of service:todos stopped: no such image"


class MayNotDelete:
    """A client of CloudFormation whose keys may delete neither a stack nor a change set."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        return getattr(self._client, name)

    def delete_stack(self, **_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "may not delete"}}, "DeleteStack")


def test_a_plan_that_cannot_be_discarded_does_not_hide_the_cause(emulator):
    console = Console(file=io.StringIO())
    replaced = Change(Kind.REPLACED, "TodosTable", "AWS::DynamoDB::Table")
    stack = Deployable(stacks.Stack("data", network), "todo-dev-data", {"Resources": {}}, REGION)
    plan = Plan(stack, [replaced], is_new=True, change_set="planned")
    with pytest.raises(DeploymentError, match="TodosTable would be replaced"):
        Deployer(MayNotDelete(emulator.client("cloudformation")), console).execute(plan)
    assert "The change set of todo-dev-data stays: " in console.file.getvalue()
