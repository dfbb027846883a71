"""A small stack, whose changes are easy to see, and an embedded AWS over HTTP to deploy it to."""

import httpx
import pytest
from troposphere import GetAtt, Output, Parameter, Ref, Template
from troposphere.cognito import UserPoolDomain
from troposphere.dynamodb import AttributeDefinition, KeySchema, Table
from troposphere.s3 import Bucket, VersioningConfiguration
from troposphere.sns import Topic

from deploy import stacks
from deploy.release import rollout

DATA = "todo-dev-data"


@pytest.fixture
def parts():
    """What the stack under test is made of; a test changes it between two deployments."""
    return {"key": "userID", "topics": ["Alerts"], "table": True, "broken": False}


@pytest.fixture
def run(emulator, deployer, parts, monkeypatch):
    """Run `stacks` against a fresh embedded AWS: ``run("--plan")`` -> (exit status, everything printed)."""
    httpx.post(f"{emulator.url}/_ministack/reset").raise_for_status()
    monkeypatch.setattr(rollout, "STACKS", (stacks.Stack("data", lambda _: template(parts), protected=True),))

    return lambda *arguments, command="stacks": deployer(command, *arguments)


@pytest.fixture
def cloudformation(emulator):
    return emulator.client("cloudformation")


def template(parts):
    result = Template()
    if "size" in parts:
        result.add_parameter(Parameter("Size", Type="Number", MaxValue=9, Description="How large it is."))
        result.add_output(Output("GivenSize", Value=Ref("Size")))
    if parts["table"]:
        table = result.add_resource(
            Table(
                "TodosTable",
                AttributeDefinitions=[AttributeDefinition(AttributeName=parts["key"], AttributeType="S")],
                KeySchema=[KeySchema(AttributeName=parts["key"], KeyType="HASH")],
                BillingMode="PAY_PER_REQUEST",
                DeletionProtectionEnabled="kept" in parts,
                **policies(parts),
            )
        )
        result.add_output(Output("TodosTableName", Value=Ref(table)))
        result.add_output(Output("TodosTableArn", Value=GetAtt(table, "Arn")))
    if "bucket" in parts:
        versioned = VersioningConfiguration(Status="Enabled")
        result.add_resource(Bucket("SiteBucket", VersioningConfiguration=versioned, **policies(parts)))
    for name in parts["topics"]:
        result.add_resource(Topic(name, DisplayName=parts.get("display", "first")))
    if parts["broken"]:
        result.add_resource(UserPoolDomain("BrokenDomain", Domain="todo", UserPoolId="eu-central-1_NoSuchPool"))
        result.add_resource(Topic("Waiting", DependsOn="BrokenDomain"))
    return result


def policies(parts):
    """Of a table and a bucket that outlive their stack, where ``parts`` say so."""
    return dict.fromkeys(("DeletionPolicy", "UpdateReplacePolicy"), "Retain") if "kept" in parts else {}


@pytest.fixture
def resources(cloudformation):
    """The stack's resources: logical to physical id."""

    def resources():
        found = cloudformation.list_stack_resources(StackName=DATA)["StackResourceSummaries"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    return resources
