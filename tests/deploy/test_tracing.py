"""`--tracing`: a collector in each task, which X-Ray takes spans from, in every layout; without it nothing of it is there."""

from __future__ import annotations

import json
from itertools import product

import pytest

from deploy.build_stack import SIZE_LIMIT, render
from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.stacks import STACKS
from tests.deploy.conftest import Deployment
from tests.deploy.policies import policies

COMBINATIONS = list(product(CAPACITIES, TASK_LAYOUTS))


def traced(capacity: str, layout: str) -> Deployment:
    configuration = Configuration("prod", capacity, layout, tracing=True)
    return Deployment(configuration, {stack.name: json.loads(stack.template(configuration).to_json()) for stack in STACKS})


@pytest.mark.parametrize(("capacity", "layout"), COMBINATIONS)
def test_it_works(capacity: str, layout: str) -> None:
    deployment = traced(capacity, layout)
    for task in deployment.resources("AWS::ECS::TaskDefinition", "services"):
        *services, collector = task["ContainerDefinitions"]
        assert (collector["Name"], collector["Essential"], collector["Image"]) == ("collector", False, {"Ref": "CollectorImage"})
        for each in services:
            assert {"Name": "TRACES", "Value": "http://127.0.0.1:4318/v1/traces"} in each["Environment"]
        assert int(task["Memory"]) % 1024 == 0
        assert int(task["Memory"]) >= sum(each["Memory"] for each in task["ContainerDefinitions"])
    assert "TRACES" not in json.dumps(deployment.resource("PurgeTask").body)


def test_only_tasks_that_trace_may_write_to_x_ray_and_within_the_boundary() -> None:
    documents = dict(policies(traced("fargate", "independent").configuration))
    writing = {name for name, document in documents.items() if "xray:PutTraceSegments" in json.dumps(document)}
    roles = {f"todo-prod-services-{noun}TaskRole-permissions" for noun in ("Todos", "Files")}
    assert writing == roles | {"todo-prod-bootstrap-Boundary"}


def test_it_is_off_by_default(deployment: Deployment) -> None:
    text = json.dumps(deployment.templates)
    assert not any(word in text for word in ("xray", "TRACES", "CollectorImage"))


@pytest.mark.parametrize(("capacity", "layout"), COMBINATIONS)
def test_each_template_still_fits(capacity: str, layout: str) -> None:
    for stack in STACKS:
        text = render(stack.template(Configuration("prod", capacity, layout, tracing=True)))
        assert len(text.encode()) < SIZE_LIMIT, stack.name
