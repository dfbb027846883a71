"""A generated template that differs from the stored one: applied when that keeps all data, refused when it would not."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.conf import settings

from local.aws import stacks
from local.aws.state import LocalAWSError

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def generated() -> dict[str, dict[str, Any]]:
    """The real templates."""
    return stacks.templates()


def table(template: dict[str, Any]) -> dict[str, Any]:
    """The properties of the table of to-dos."""
    properties: dict[str, Any] = template["Resources"]["TodosTable"]["Properties"]
    return properties


def with_another_sort_key(template: dict[str, Any]) -> None:
    table(template)["KeySchema"][1]["AttributeName"] = "schedule"


def with_another_list_index(template: dict[str, Any]) -> None:
    table(template)["LocalSecondaryIndexes"][0]["IndexName"] = "byDate"


def without_the_table(template: dict[str, Any]) -> None:
    del template["Resources"]["TodosTable"]


def as_another_type(template: dict[str, Any]) -> None:
    template["Resources"]["AttachmentsBucket"]["Type"] = "AWS::S3Express::DirectoryBucket"


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (with_another_sort_key, "TodosTable"),
        (with_another_list_index, "TodosTable"),
        (without_the_table, "TodosTable"),
        (as_another_type, "AttachmentsBucket"),
    ],
)
def test_what_would_be_lost_is_named(generated: dict[str, dict[str, Any]], change: Change, lost: str) -> None:
    changed = copy.deepcopy(generated["data"])
    change(changed)
    assert stacks.replaced(generated["data"], changed) == [lost]


def test_another_schema_of_the_users_is_named(generated: dict[str, dict[str, Any]]) -> None:
    changed = copy.deepcopy(generated["identity"])
    changed["Resources"]["UserPool"]["Properties"]["UsernameAttributes"] = ["phone_number"]
    assert stacks.replaced(generated["identity"], changed) == ["UserPool"]


def test_the_same_template_replaces_nothing(generated: dict[str, dict[str, Any]]) -> None:
    assert stacks.replaced(generated["data"], copy.deepcopy(generated["data"])) == []


@pytest.fixture(autouse=True)
def _own_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of their own: what these stacks retain stays in this process's embedded AWS until it ends."""
    monkeypatch.setattr(stacks, "PREFIX", f"changed-{uuid4().hex[:8]}-")


@pytest.fixture
def stored(generated: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stacks as a first start makes them, with a row in the table: the variables."""
    monkeypatch.setattr(stacks, "templates", lambda: copy.deepcopy(generated))
    variables = stacks.provision(settings.AWS_ENDPOINT_URL, ["http://localhost"])
    put(variables["TODOS_TABLE"])
    return variables


def client(service: Any) -> Any:
    return boto3.client(service, endpoint_url=settings.AWS_ENDPOINT_URL, region_name=settings.AWS_REGION)


def put(table_name: str) -> None:
    client("dynamodb").put_item(TableName=table_name, Item={"userID": {"S": "alice"}, "todoID": {"S": "kept"}})


def rows(variables: dict[str, str]) -> list[str]:
    return [item["todoID"]["S"] for item in client("dynamodb").scan(TableName=variables["TODOS_TABLE"])["Items"]]


def change(monkeypatch: pytest.MonkeyPatch, generated: dict[str, dict[str, Any]], apply: Change) -> None:
    changed = copy.deepcopy(generated)
    apply(changed["data"])
    monkeypatch.setattr(stacks, "templates", lambda: changed)


def test_a_new_index_another_site_and_a_new_output_are_applied_and_keep_the_rows(
    generated: dict[str, dict[str, Any]], stored: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply(template: dict[str, Any]) -> None:
        properties = table(template)
        properties["GlobalSecondaryIndexes"].append({**properties["GlobalSecondaryIndexes"][0], "IndexName": "another"})
        template["Outputs"]["Extra"] = {"Value": "extra"}

    change(monkeypatch, generated, apply)
    assert stacks.provision(settings.AWS_ENDPOINT_URL, ["http://127.0.0.1:8000"]) == stored
    assert rows(stored) == ["kept"]
    indexes = client("dynamodb").describe_table(TableName=stored["TODOS_TABLE"])["Table"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {"byPurge", "another"}
    rules = client("s3").get_bucket_cors(Bucket=stored["ATTACHMENTS_BUCKET"])["CORSRules"]
    assert rules[0]["AllowedOrigins"] == ["http://127.0.0.1:8000"]


def test_a_table_with_other_keys_is_refused_and_keeps_its_rows(
    generated: dict[str, dict[str, Any]], stored: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, generated, with_another_sort_key)
    with pytest.raises(LocalAWSError, match=r"would replace TodosTable.*Nothing was changed.*make reset"):
        stacks.provision(settings.AWS_ENDPOINT_URL, ["http://localhost"])
    assert rows(stored) == ["kept"]


def with_a_client_of_no_pool(template: dict[str, Any]) -> None:
    template["Resources"]["Broken"] = {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": "us-east-1_none"}}


def with_an_unknown_type(template: dict[str, Any]) -> None:
    template["Resources"]["Broken"] = {"Type": "AWS::Nowhere::Thing", "Properties": {}}


@pytest.mark.parametrize(("apply", "word"), [(with_a_client_of_no_pool, "Broken"), (with_an_unknown_type, "AWS::Nowhere::Thing")])
def test_a_template_that_does_not_deploy_says_why_and_keeps_the_rows(
    generated: dict[str, dict[str, Any]], stored: dict[str, str], monkeypatch: pytest.MonkeyPatch, apply: Change, word: str
) -> None:
    change(monkeypatch, generated, apply)
    with pytest.raises(LocalAWSError, match=f"did not deploy to the embedded AWS.*{word}"):
        stacks.provision(settings.AWS_ENDPOINT_URL, ["http://localhost"])
    assert rows(stored) == ["kept"]
