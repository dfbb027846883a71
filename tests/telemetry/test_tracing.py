"""Traces: a span for each request and each call to AWS, in the trace that the request's id names; off, nothing is imported."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from todo_project.aws import dynamodb
from todo_project.telemetry import tracing

ROOT = Path(__file__).parents[2]
ID = "1-67891233-abcdef012345678912345678"
LOADED = """
import sys, django
from todo_project.aws.dynamodb import client
django.setup(), client()
print("opentelemetry" in sys.modules)
"""


@pytest.fixture(params=[True, False], ids=["fast path", "botocore"])
def spans(request, settings, monkeypatch):
    """The finished spans: ``spans()`` returns them as they come."""
    exporter = InMemorySpanExporter()
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], "todo_project.telemetry.tracing.TracingMiddleware", *settings.MIDDLEWARE[1:]]
    settings.AWS_CLIENT_WATCHERS = ["todo_project.telemetry.tracing.watch"]
    settings.AWS_FAST_PATH, settings.TRACES = request.param, "1"
    dynamodb.client.cache_clear()

    made = tracing.provider(SimpleSpanProcessor(exporter)).get_tracer("test")
    monkeypatch.setattr(tracing, "tracer", lambda: made)
    yield exporter.get_finished_spans
    dynamodb.client.cache_clear()


def test_it_works(spans, alice):
    answer = alice.api.get("/api/me/todos", headers={"X-Amzn-Trace-Id": f"Root={ID}"})
    assert answer.status_code == 200
    call, request = spans()
    assert (call.name, request.name) == ("DynamoDB.Query", "GET /api/{owner}/todos")
    assert call.parent.span_id == request.context.span_id
    assert {f"{each.context.trace_id:032x}" for each in (call, request)} == {ID[2:].replace("-", "")}
    assert dict(request.attributes) == {"http.response.status_code": 200}
    assert call.attributes["http.response.status_code"] == 200
    assert '"CapacityUnits":1.0' in call.attributes["aws.dynamodb.consumed_capacity"]
    assert re.fullmatch(r"  DynamoDB\.Query \d+\.\d ms rpc\.system='aws-api' .*\n", tracing.readable(call))


@pytest.mark.parametrize(("last", "traced"), [("00000000", 2), ("0ccccccc", 2), ("0ccccccd", 0), ("ffffffff", 0)])
def test_a_twentieth_of_the_requests_is_sent(spans, alice, settings, last, traced):
    settings.TRACES = "http://127.0.0.1:4318/v1/traces"
    assert alice.api.get("/api/me/todos", headers={"X-Amzn-Trace-Id": f"Root={ID[:-8]}{last}"}).status_code == 200
    assert len(spans()) == traced


def test_health_checks_have_none(spans, anonymous):
    assert anonymous.get("/readyz").status_code == 200
    assert spans() == ()


def test_a_failed_call_says_so(spans, alice):
    with override_settings(TODOS_TABLE="no-such-table"):
        assert alice.api.get("/api/me/todos").status_code == 503
    call, request = spans()
    assert (call.status.description, call.status.is_ok, request.status.is_ok) == ("ResourceNotFoundException", False, False)


@pytest.mark.parametrize(("traces", "loaded"), [("", "False"), ("http://127.0.0.1:4318/v1/traces", "True")])
def test_nothing_is_imported_while_it_is_off(traces, loaded):
    variables = {
        name: f"x-{name}" for name in ("SECRET_KEY", "ALLOWED_HOSTS", "TODOS_TABLE", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID")
    }
    variables |= {"AWS_REGION": "eu-central-1", "DJANGO_SETTINGS_MODULE": "todo_project.settings.todos", "TRACES": traces}
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "PYTHON", "COVERAGE"))}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=kept | variables, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout.strip(), done.returncode) == (loaded, 0), done.stderr


def test_a_value_that_is_neither_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", "import todo_project.settings.base"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "TRACES": "yes",
            **dict.fromkeys(("SECRET_KEY", "ALLOWED_HOSTS", "TODOS_TABLE"), "x"),
            **dict.fromkeys(("AWS_REGION", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"), "x"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "TRACES must be empty, 1, or the http or https URL of an OTLP receiver." in done.stderr
