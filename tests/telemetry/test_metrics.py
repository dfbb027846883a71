"""The line of a request is the source of its metrics: valid for CloudWatch, right in its counts, and of few dimensions."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from urllib3 import HTTPConnectionPool

from deploy.stacks.api.routes import ROUTES
from tests.telemetry.emf import points
from todo_project.aws import dynamodb
from todo_project.aws.fast_path.connection import Connections
from todo_project.telemetry import metrics, usage


def url(todo: dict[str, Any], suffix: str = "") -> str:
    return f"/api/me/todos/{todo['todoID']}{suffix}"


def test_it_works(alice: Any, log: Any) -> None:
    before = time.time() * 1000
    alice.api.get("/api/me/todos")
    [line] = log()
    values = {"ms": line["ms"], "calls": 1, "readUnits": 1.0}
    assert points(line) == {("both",): values, ("both", "GET /api/{owner}/todos"): values}
    assert before - 1 <= line["_aws"]["Timestamp"] <= time.time() * 1000
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Todo"


Act = Callable[[Any, dict[str, Any]], Any]

# Which counts are in the line of a request; tests/*/test_calls_per_request.py hold how much.
REQUESTS: dict[str, tuple[Act, str, set[str]]] = {
    "list": (lambda api, _: api.get("/api/me/todos"), "GET /api/{owner}/todos", {"readUnits"}),
    "read": (lambda api, todo: api.get(url(todo)), "GET /api/{owner}/todos/{todoID}", {"readUnits"}),
    "create": (lambda api, _: api.post("/api/me/todos", {"title": "x"}), "POST /api/{owner}/todos", {"writeUnits"}),
    "change": (lambda api, todo: api.patch(url(todo), {"title": "x"}), "PATCH /api/{owner}/todos/{todoID}", {"writeUnits"}),
    "complete": (
        lambda api, todo: api.patch(url(todo), {"completed": True}),
        "PATCH /api/{owner}/todos/{todoID}",
        {"writeUnits"},
    ),
    "delete": (lambda api, todo: api.delete(url(todo)), "DELETE /api/{owner}/todos/{todoID}", {"writeUnits"}),
    "refused": (lambda api, _: api.post("/api/me/todos", {"title": ""}), "POST /api/{owner}/todos", {"clientErrors"}),
    "not theirs": (lambda api, _: api.get("/api/somebody/todos"), "GET /api/{owner}/todos", {"clientErrors"}),
    "stale": (
        lambda api, todo: api.patch(url(todo), {"title": "x"}, headers={"If-Match": '"9"'}),
        "PATCH /api/{owner}/todos/{todoID}",
        {"clientErrors"},
    ),
    "files": (lambda api, todo: api.get(f"/api/{todo['todoID']}/files"), "GET /api/{owner}/files", {"readUnits"}),
}


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_line_names_what_is_not_zero(name: str, alice: Any, log: Any) -> None:
    act, route, more = REQUESTS[name]
    todo = alice.add()
    act(alice.api, todo)
    line = log()[-1]
    values = points(line)["both", route]
    assert set(values) == {"ms", "calls", *more}
    assert all(value > 0 for metric, value in values.items() if metric != "calls")


def test_a_call_to_s3_counts_as_a_call(alice: Any, log: Any) -> None:
    todo = alice.add()
    alice.attach(todo["todoID"])
    values = points(log()[-1])["both", "POST /api/{owner}/files"]
    assert values["calls"] == 3  # the reservation, the object, the completion


def test_signing_is_no_call(alice: Any, log: Any) -> None:
    todo = alice.add()
    for number in range(3):
        alice.attach(todo["todoID"], f"{number}.txt")
    alice.api.get(f"/api/{todo['todoID']}/files")
    assert points(log()[-1])["both",]["calls"] == 2


def test_a_retry_is_a_call_of_its_own(alice: Any, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[bool] = []

    def fail_once(*request: Any, **options: Any) -> Any:
        if failed:
            return send(*request, **options)
        failed.append(True)
        raise ConnectionResetError

    send = HTTPConnectionPool.urlopen
    monkeypatch.setattr(HTTPConnectionPool, "urlopen", fail_once)
    monkeypatch.setattr(Connections, "post", fail_once)
    assert alice.api.get("/api/me/todos").status_code == 200
    assert (failed, points(log()[-1])["both",]["calls"]) == ([True], 2)


def test_a_crash_is_a_server_error(alice: Any, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("todos.repository.page", None)
    alice.api.get("/api/me/todos")
    crashed, line = log()
    assert "_aws" not in crashed
    assert points(line)["both",] == {"ms": line["ms"], "calls": 0, "serverErrors": 1}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/"),
        ("get", "/api/x"),
        ("get", "/api/a@example.com/secret"),
        ("put", "/api/me/todos"),
        ("options", "/api/me/todos"),
    ],
)
def test_what_no_route_answers_is_one_value(method: str, path: str, alice: Any, log: Any) -> None:
    getattr(alice.api, method)(path)
    assert set(points(log()[-1])) == {("both",), ("both", "other")}


def test_an_unheard_of_method_is_the_same_value(alice: Any, log: Any) -> None:
    alice.api.generic("BREW", "/api/me/todos")
    assert ("both", "other") in points(log()[-1])


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_have_a_line_and_no_metrics(path: str, anonymous: Any, log: Any) -> None:
    anonymous.get(path)
    [line] = log()
    assert (line["route"], "_aws" in line) == (path, False)


def test_routes_have_the_names_of_api_gateways_access_log() -> None:
    """And no others, so that one can be looked for in both, and the number of metrics has a bound."""
    named = {
        metrics.route_of(method, f"api/{pattern.pattern}", 200)
        for module in ("todos.urls", "files.urls")
        for pattern in get_resolver(module).url_patterns
        for method in ("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE")
        if hasattr(pattern.callback.cls, method.lower())  # type: ignore[union-attr]
    }
    assert named == {*ROUTES, metrics.OTHER}


def test_the_namespace_is_a_setting_and_none_means_no_metrics(alice: Any, log: Any, settings: Any) -> None:
    settings.METRICS_NAMESPACE = "Todo/prod"
    alice.api.get("/api/me/todos")
    settings.METRICS_NAMESPACE = ""
    alice.api.get("/api/me/todos")
    first, second = log()
    assert first["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Todo/prod"
    assert ("_aws" in second, second["calls"]) == (False, 1)


def test_a_purge_has_its_results_as_metrics(alice: Any, log: Any) -> None:
    call_command("purge")
    line = log()[-1]
    assert (line["logger"], line["message"]) == ("todo.purge", "purged 0 to-dos, 0 files, 0 failures")
    values = points(line)["purge",]
    assert {name: values[name] for name in ("purgedTodos", "purgedFiles", "purgeFailures", "calls", "writeUnits")} == {
        "purgedTodos": 0,
        "purgedFiles": 0,
        "purgeFailures": 0,
        "calls": 16,  # a query for each shard of each table
        "writeUnits": 0,
    }
    assert line["requestID"] != "-"


def test_the_line_of_a_purge_is_written_at_every_log_level() -> None:
    """An alarm waits for it."""
    assert logging.getLogger("todo.purge").level == logging.INFO


def test_what_is_used_outside_a_request_is_not_counted() -> None:
    with usage.counted() as counted:
        pass
    dynamodb.client().list_tables()
    assert counted.calls == 0


def test_each_thread_counts_its_own() -> None:
    def serve(calls: int) -> int:
        with usage.counted() as counted:
            for _ in range(calls):
                dynamodb.client().list_tables()
        return counted.calls

    with ThreadPoolExecutor() as threads:
        assert list(threads.map(serve, (3, 1, 2))) == [3, 1, 2]
