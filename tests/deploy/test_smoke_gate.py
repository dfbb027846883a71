"""A deployment that waits for its smoke test goes on when the journey works, and only then.

The embedded AWS has no such deployments: botocore's stub holds requests and responses against the API's model.
"""

from contextlib import contextmanager

import boto3
import pytest
from botocore.stub import Stubber
from rich.console import Console

from deploy.configuration import Configuration
from deploy.release import smoke_gate
from deploy.stacks.services import template as services

SERVICE = "arn:aws:ecs:eu-central-1:111122223333:service/todo-prod-platform-Cluster-1/todo-prod-services-TodosService-2"
DEPLOYMENT = SERVICE.replace(":service/", ":service-deployment/") + "/3"
WAITING = {"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "AWAITING_ACTION"}


@contextmanager
def answering(*hooks, continued=None):
    """A client of ECS whose one deployment has these hooks; ``continued``: the action that it must be told, or
    "refused" by ECS."""
    client = boto3.client("ecs", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        wanted = {"cluster": "todo-prod-platform-Cluster-1", "service": SERVICE, "status": ["IN_PROGRESS"]}
        running = [{"serviceDeploymentArn": DEPLOYMENT}] if hooks else []
        stub.add_response("list_service_deployments", {"serviceDeployments": running}, wanted)
        if hooks:
            found = [{"serviceDeploymentArn": DEPLOYMENT, "lifecycleHookDetails": list(hooks)}]
            stub.add_response("describe_service_deployments", {"serviceDeployments": found})
        if continued == "refused":
            stub.add_client_error("continue_service_deployment", "ConflictException", "The hook is not waiting.")
        elif continued:
            told = {"serviceDeploymentArn": DEPLOYMENT, "hookId": "ecs-pause-1", "action": continued}
            stub.add_response("continue_service_deployment", {"serviceDeploymentArn": DEPLOYMENT}, told)
        yield client
        stub.assert_no_pending_responses()


@pytest.fixture
def decide(capsys):
    def call(ecs, works):
        smoke_gate.decide(ecs, [SERVICE], works, Console(soft_wrap=True))
        return capsys.readouterr().out

    return call


def test_it_works(decide):
    with answering(WAITING, continued="CONTINUE") as ecs:
        assert decide(ecs, lambda: True).endswith("They work: visitors follow.\n")


def test_tasks_that_do_not_work_are_taken_away(decide):
    with answering(WAITING, continued="ROLLBACK") as ecs:
        assert decide(ecs, lambda: False).endswith("They do not work: ECS takes them away.\n")


@pytest.mark.parametrize("hooks", [(), ({**WAITING, "status": "SUCCEEDED"},)])
def test_nothing_is_tried_while_nothing_waits(decide, hooks):
    with answering(*hooks) as ecs:
        assert decide(ecs, lambda: pytest.fail("There is nothing to try.")) == ""


def test_a_person_may_be_faster(decide):
    with answering(WAITING, continued="refused") as ecs:
        assert "The hook is not waiting." in decide(ecs, lambda: True)


@pytest.mark.parametrize("way", ["canary", "linear", "blue-green", "rolling"])
def test_the_way_back_moves_all_visitors_at_once(way):
    template = services.template(Configuration("prod", deployment=way)).to_dict()
    back = smoke_gate.at_once(template)["Resources"]["TodosService"]["Properties"]["DeploymentConfiguration"]
    here = template["Resources"]["TodosService"]["Properties"]["DeploymentConfiguration"]
    changed = {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 0} if way in {"canary", "linear"} else {}
    assert back == {name: value for name, value in here.items() if name[:6] not in {"Canary", "Linear"}} | changed
