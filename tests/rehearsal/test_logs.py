"""What the containers write is in CloudWatch Logs, where the saved queries look for it."""

import json

import pytest

from deploy.stacks.operations.log_queries import GROUPS
from tests.rehearsal.emulated import until
from tests.rehearsal.environment import client

REQUEST = {"time", "level", "logger", "message", "service", "requestID", "apiRequestID", "route", "status", "user", "ms", "calls"}
"""Members that the saved queries ask requests for; the embedded DynamoDB counts no units."""


@pytest.fixture
def find(environment):
    """The lines of a log group that have these members."""

    def find(group, **members):
        stack, output = GROUPS[group]
        pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=environment.outputs(stack)[output])
        lines = [json.loads(event["message"]) for page in pages for event in page["events"]]
        return [line for line in lines if members.items() <= {name: line.get(name) for name in members}.items()]

    return find


@pytest.fixture(scope="module", autouse=True)
def _requests(work):
    work()


@pytest.mark.parametrize(("service", "route"), [("todos", "POST /api/{owner}/todos"), ("files", "POST /api/{owner}/files")])
def test_it_works(find, service, route):
    wanted = {"logger": "todo.request", "route": route, "status": 201}
    until("the request's line is there", lambda: find(service, **wanted))
    line = find(service, **wanted)[-1]
    assert line.keys() >= REQUEST
    assert line in find(service, requestID=line["requestID"])


@pytest.mark.parametrize("service", ["todos", "files"])
def test_no_line_is_an_error(find, service):
    assert [line for level in ("WARNING", "ERROR", "CRITICAL") for line in find(service, level=level)] == []
