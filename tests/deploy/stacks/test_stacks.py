"""`deploy.py stacks`: what changes is shown, what holds data is held back, the first cause of a failure comes last."""

import io
import json

import boto3
import pytest
from rich.console import Console

from deploy.release.deployment import Deployable, Deployer
from deploy.stacks import STACKS, Stack
from tests.deploy.stacks.conftest import DATA, template
from tests.emulator import REGION


def test_it_works(run, resources):
    status, text = run()
    assert status == 0
    assert set(resources()) == {"TodosTable", "Alerts"}
    for words in ("todo-dev-data (new): 2 resources", "CREATE_COMPLETE          TodosTable", "todo-dev-data is up to date after"):
        assert words in text


def test_a_second_run_changes_nothing_and_says_so(run, resources):
    run()
    before = resources()
    status, text = run()
    assert (status, resources()) == (0, before)
    assert "todo-dev-data: no changes." in text


def test_every_stack_carries_its_tags(run, cloudformation):
    run("--owner", "platform")
    tags = cloudformation.describe_stacks(StackName=DATA)["Stacks"][0]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "app": "todo",
        "env": "dev",
        "stack": "data",
        "owner": "platform",
    }


def test_an_update_shows_what_is_added_modified_and_removed(run, parts, resources):
    parts["topics"] = ["Alerts", "Old"]
    run()
    parts.update(topics=["Alerts", "New"], display="second")
    status, text = run()
    assert status == 0
    assert set(resources()) == {"TodosTable", "Alerts", "New"}
    for action, name in (("added", "New"), ("modified", "Alerts"), ("removed", "Old")):
        assert any(action in line and name in line for line in text.splitlines())
    assert "DisplayName" in text


def test_a_plan_of_a_new_stack_leaves_nothing_behind(run, cloudformation):
    status, text = run("--plan")
    assert status == 0
    assert "TodosTable" in text
    assert cloudformation.list_stacks()["StackSummaries"] == []


def test_a_plan_of_a_change_changes_nothing(run, cloudformation, parts, resources):
    run()
    before = resources()
    parts.update(key="owner", topics=[])
    status, text = run("--plan")
    assert (status, resources()) == (0, before)
    change_sets = cloudformation.list_change_sets(StackName=DATA)["Summaries"]
    assert [found["ExecutionStatus"] for found in change_sets] == ["EXECUTE_COMPLETE"]
    assert "A deployment stops here unless --confirm TodosTable is given." in text


def test_replacing_a_table_stops_before_anything_changes(run, parts, resources):
    run()
    before = resources()
    parts.update(key="owner", topics=["Alerts", "New"])
    status, text = run()
    assert (status, resources()) == (1, before)
    assert "TodosTable would be replaced" in text
    assert "--confirm TodosTable" in text


def test_removing_a_table_stops_before_anything_changes(run, parts, resources):
    run()
    parts["table"] = False
    status, text = run()
    assert status == 1
    assert "TodosTable" in resources()
    assert "TodosTable would be removed" in text


def test_a_replacement_that_is_confirmed_by_name_happens(run, emulator, parts, resources):
    run()
    parts["key"] = "owner"
    status, _ = run("--confirm", "TodosTable")
    assert status == 0
    table = emulator.client("dynamodb").describe_table(TableName=resources()["TodosTable"])["Table"]
    assert table["KeySchema"] == [{"AttributeName": "owner", "KeyType": "HASH"}]


def test_another_name_confirms_nothing(run, parts):
    run()
    parts["key"] = "owner"
    assert run("--confirm", "FilesTable")[0] == 1


def test_the_stack_policy_keeps_everybody_from_replacing_what_holds_data(run, cloudformation):
    run()
    policy = json.loads(cloudformation.get_stack_policy(StackName=DATA)["StackPolicyBody"])
    assert policy["Statement"][1] == {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Resource": ["LogicalResourceId/TodosTable"],
    }


def test_keys_that_may_not_set_a_stack_policy_deploy_nevertheless(run, emulator, parts, resources):
    run()
    iam = emulator.client("iam")
    iam.create_user(UserName="pipeline")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "cloudformation:SetStackPolicy", "Resource": "*"},
    ]
    iam.put_user_policy(UserName="pipeline", PolicyName="most", PolicyDocument=json.dumps({"Statement": statements}))
    keys = iam.create_access_key(UserName="pipeline")["AccessKey"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], region_name=REGION)
    output = io.StringIO()
    deployer = Deployer(session.client("cloudformation", endpoint_url=emulator.url), Console(file=output), seconds=0.1)
    parts["topics"] = ["New"]
    stack = Deployable(Stack("data", template), DATA, json.loads(template(parts).to_json()), REGION)
    deployer.execute(deployer.plan(stack, {}))
    assert "may not set its stack policy; the one it has stays." in " ".join(output.getvalue().split())
    assert "New" in resources()


def test_cloudformation_takes_on_the_role_it_is_given(run, emulator):
    given = "arn:aws:iam::000000000000:role/stacks"
    seen = []
    client = emulator.client("cloudformation")
    client.meta.events.register("provide-client-params.cloudformation.CreateChangeSet", lambda params, **_: seen.append(params))
    stack = Deployable(
        Stack("data", template), DATA, template({"key": "id", "topics": [], "table": True, "broken": False}).to_dict(), REGION
    )
    deployer = Deployer(client, Console(file=io.StringIO()), seconds=0.1, role=lambda _: {"RoleARN": given})
    deployer.discard(deployer.plan(stack, {}))
    assert [params["RoleARN"] for params in seen] == [given]


def test_a_stack_that_holds_data_gets_termination_protection(run, cloudformation):
    run()
    assert cloudformation.describe_stacks(StackName=DATA)["Stacks"][0]["EnableTerminationProtection"]
    assert {stack.name for stack in STACKS if stack.protected} == {"bootstrap", "network", "data", "identity"}


def test_a_failure_ends_with_the_first_cause_and_not_with_its_consequences(run, parts):
    run()
    parts["broken"] = True
    status, text = run()
    assert status == 1
    last = text.strip().splitlines()[-1]
    assert "todo-dev-data was not deployed and is in UPDATE_ROLLBACK_COMPLETE. First cause: BrokenDomain" in last


def test_the_remains_of_a_failed_creation_do_not_stop_the_next_one(run, cloudformation, parts, resources):
    parts["broken"] = True
    assert run()[0] == 1
    assert cloudformation.describe_stacks(StackName=DATA)["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    parts["broken"] = False
    assert run()[0] == 0
    assert set(resources()) == {"TodosTable", "Alerts"}


def test_a_stack_that_was_only_planned_by_hand_is_created(run, cloudformation, parts, resources):
    cloudformation.create_change_set(
        StackName=DATA, ChangeSetName="by-hand", ChangeSetType="CREATE", TemplateBody=template(parts).to_json()
    )
    assert run()[0] == 0
    assert set(resources()) == {"TodosTable", "Alerts"}


def test_an_unknown_stack_is_refused(run, capsys):
    with pytest.raises(SystemExit, match="2"):
        run("--only", "database")
    assert "invalid choice: 'database'" in capsys.readouterr().err


def test_an_aws_that_is_not_there_is_a_sentence(run, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    status, text = run("--plan")
    assert status == 1
    assert text.startswith("AWS returned an error")
