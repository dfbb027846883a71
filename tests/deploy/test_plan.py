"""`deploy.py stacks --plan` of the real stacks in an account where nothing is deployed yet."""

import re
from functools import partial

import pytest

from deploy.stacks import STACKS
from tests.emulator import REGION

WEB_REGION = "us-east-1"
EVERY_STACK = [stack.name for stack in STACKS]
IMAGES = ("TodosImage", "FilesImage")


@pytest.fixture
def run(deployer):
    """Run `stacks`: ``run("--plan")`` -> (exit status, everything printed)."""
    return partial(deployer, "stacks")


def asked_for(text):
    """The parameters that a plan says are still to be given."""
    return set(re.findall(r"A deployment needs --parameters (\w+)=", text))


def nothing_is_there(emulator):
    return all(emulator.client("cloudformation", region).list_stacks()["StackSummaries"] == [] for region in (REGION, WEB_REGION))


def test_it_works(run, emulator):
    status, text = run("--plan")
    assert (status, re.findall(r"todo-dev-(\w+) \(new\)", text)) == (0, EVERY_STACK[1:])
    assert asked_for(text) == set(IMAGES)
    assert nothing_is_there(emulator)


def test_the_stack_made_once_an_account_is_planned_when_it_is_named(run):
    status, text = run("--plan", "--only", *EVERY_STACK)
    assert (status, re.findall(r"todo-dev-(\w+) \(new\)", text)) == (0, EVERY_STACK)


@pytest.mark.parametrize("capacity", ["fargate", "ec2"])
@pytest.mark.parametrize("layout", ["independent", "shared"])
def test_production_is_planned_and_its_domain_asked_for(run, capacity, layout):
    status, text = run("--plan", "--environment", "prod", "--capacity", capacity, "--task-layout", layout)
    assert status == 0
    assert asked_for(text) == {*IMAGES, "DomainName", "CertificateArn"}


def test_what_is_given_is_not_asked_for(run):
    _, text = run(
        "--plan", "--parameters", "TodosImage=registry.example/todos:abc1234", "FilesImage=registry.example/files:abc1234"
    )
    assert asked_for(text) == set()


def test_a_stack_alone_asks_for_what_the_stacks_before_it_would_give(run):
    status, text = run("--plan", "--only", "web")
    assert status == 0
    assert "ApiHost" in asked_for(text)


def test_a_misspelt_parameter_is_refused(run):
    status, text = run("--plan", "--parameters", "TodoImage=x")
    assert status == 2
    assert "No selected stack takes a parameter named TodoImage." in text


def test_a_deployment_that_lacks_a_value_of_a_late_stack_changes_nothing(run, emulator):
    status, text = run()
    assert status == 2
    assert "Stack todo-dev-services needs a value for TodosImage" in text
    assert nothing_is_there(emulator)
