"""The saved queries: they ask log groups that exist for members that their lines have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from deploy.containers import SERVICES
from deploy.cost import OWN_METRICS, PURGE_METRICS
from deploy.stacks.api.routes import ROUTES
from deploy.stacks.api.template import ACCESS_LOG
from deploy.stacks.operations.log_queries import QUERIES, Query
from tests.telemetry.log import lines

COMMANDS = ("fields ", "filter ", "stats ", "sort ", "limit ")
FUNCTIONS = {"avg", "coalesce", "count", "count_distinct", "ispresent", "max", "pct", "sum"}
WORDS = {"and", "as", "asc", "by", "desc", "in", "like", "not", "or"}


def test_it_works(deployment: Any) -> None:
    queries = deployment.resources("AWS::Logs::QueryDefinition")
    assert len(queries) == len(QUERIES)
    for query in queries:
        assert query["Name"].startswith(f"todo-{deployment.configuration.environment}/")
        for group in query["LogGroupNames"]:
            assert deployment.resource(deployment.target(group)).type == "AWS::Logs::LogGroup"


def test_names_are_told_apart() -> None:
    assert len({query.name for query in QUERIES}) == len({query.logical_id for query in QUERIES}) == len(QUERIES)


EVERY_LINE = {"time", "level", "logger", "message", "service", "requestID", "apiRequestID"}
COUNTS = {"ms", "calls", "readUnits", "writeUnits"}
REQUEST = EVERY_LINE | COUNTS | {"method", "route", "status", "user", "clientErrors", "serverErrors"}
PURGE = EVERY_LINE | COUNTS | {"purgedTodos", "purgedFiles", "purgeFailures"}
CRASH = EVERY_LINE | {"exc_info", "status_code"}
MEMBERS = {"todos": REQUEST | CRASH, "files": REQUEST | CRASH, "purge": PURGE | CRASH, "api": set(ACCESS_LOG)}
"""What the lines of each log hold."""


def test_these_are_the_members_of_real_lines(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with lines() as written:
        todo = alice.add()
        alice.api.patch(f"/api/me/todos/{todo['todoID']}", {"completed": True})
        alice.api.get(f"/api/me/todos/{todo['todoID']}")
        alice.api.get("/api/somebody/todos")
        call_command("purge")
        monkeypatch.setattr("todos.repository.page", None)
        alice.api.get("/api/me/todos")
        found: dict[str, set[str]] = {}
        # Not those of libraries: a browser of another test that is collected now would be one.
        for line in (line for line in written() if line["logger"].startswith("todo")):
            found[line["logger"]] = found.get(line["logger"], set()) | set(line) - {"_aws"}
    assert found == {"todo.request": REQUEST, "todo.purge": PURGE, "todo_project.api.problems": CRASH}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_asks_for_what_lines_have(query: Query) -> None:
    known = {"@timestamp", *FUNCTIONS, *WORDS, *(name for group in query.groups for name in MEMBERS[group])}
    for line in query.query.rstrip().split("\n| "):
        assert line.startswith(COMMANDS), line
        code = re.sub(r'"[^"]*"', "", line.partition(" ")[2])
        known |= set(re.findall(r" as (\w+)", code))
        assert set(re.findall(r"[@A-Za-z_]\w*", code)) <= known, line


PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "observability.md").read_text()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_page_says_what_a_query_answers_and_where_it_is(query: Query) -> None:
    [row] = re.findall(rf"^\| {query.name} \| .+ \|( yes)? \|$", PAGE, re.MULTILINE)
    assert bool(row) == query.on_dashboard


def test_the_page_says_what_each_metric_is_and_how_many_there_are() -> None:
    of_requests = {"ms", "calls", "readUnits", "writeUnits", "clientErrors", "serverErrors"}
    of_purges = {"ms", "calls", "readUnits", "writeUnits", "purgedTodos", "purgedFiles", "purgeFailures"}
    table = PAGE.split("| metric | unit | meaning |")[1].split("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert named - {"SampleCount"} == of_requests | of_purges
    assert (len(of_requests), len(of_purges)) == (OWN_METRICS, PURGE_METRICS)
    metrics = OWN_METRICS * (len(ROUTES) + 2 * len(SERVICES)) + PURGE_METRICS
    assert f"There are {metrics} metrics at most" in PAGE
