"""What stacks take from each other as parameters: over regions, and from stacks that come later."""

from functools import partial

import httpx
import pytest
from troposphere import Output, Parameter, Ref, Template
from troposphere.sns import Topic

from deploy import stacks
from deploy.release import rollout
from tests.emulator import REGION


@pytest.fixture
def run(emulator, deployer, monkeypatch):
    """Run `stacks` with two stacks: "data" here, "web" in another region, each with a value from the other."""
    httpx.post(f"{emulator.url}/_ministack/reset").raise_for_status()
    two = (
        stacks.Stack("data", lambda _: template("Source", "SiteOrigin"), later={"SiteOrigin": "web"}),
        stacks.Stack("web", lambda _: template("SiteOrigin", "Source", "DistributionRegion"), region="us-east-1",
                     inputs={"Source": "data"}),
    )  # fmt: skip
    monkeypatch.setattr(rollout, "STACKS", two)
    return partial(deployer, "stacks")


def template(output, *parameters):
    result = Template()
    for name in parameters:
        result.add_parameter(Parameter(name, Type="String", Default="", Description="From elsewhere."))
    topic = result.add_resource(Topic("Alerts", DisplayName=Ref(parameters[0])))
    result.add_output(Output(output, Value=Ref(topic)))
    return result


def values(emulator, name, region, section="Parameters"):
    stack = emulator.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"][0]
    kind = section.removesuffix("s")
    return {found[f"{kind}Key"]: found[f"{kind}Value"] for found in stack[section]}


def test_each_stack_takes_the_others_output_and_lives_in_its_region(run, emulator):
    status, _ = run()
    assert status == 0
    bucket = values(emulator, "todo-dev-data", REGION, "Outputs")["Source"]
    address = values(emulator, "todo-dev-web", "us-east-1", "Outputs")["SiteOrigin"]
    assert values(emulator, "todo-dev-web", "us-east-1") == {"Source": bucket, "DistributionRegion": "us-east-1"}
    assert values(emulator, "todo-dev-data", REGION) == {"SiteOrigin": address}


def test_a_second_run_changes_nothing(run):
    run()
    status, text = run()
    assert (status, text.count("no changes."), "(exists)" in text) == (0, 2, False)


def test_what_is_given_wins_over_what_would_be_taken(run, emulator):
    run("--parameters", "SiteOrigin=https://todo.example.com")
    assert values(emulator, "todo-dev-data", REGION) == {"SiteOrigin": "https://todo.example.com"}


def test_one_stack_alone_takes_what_is_deployed_already(run, emulator):
    run("--only", "data")
    assert values(emulator, "todo-dev-data", REGION) == {"SiteOrigin": ""}
    run("--only", "web")
    assert values(emulator, "todo-dev-web", "us-east-1")["DistributionRegion"] == "us-east-1"
    run("--only", "data")
    assert values(emulator, "todo-dev-data", REGION)["SiteOrigin"].startswith("arn:")
