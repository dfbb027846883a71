"""Traces, where the setting TRACES asks for them: a span for each request, and one for each call to AWS with its capacity units.

Only the settings name this module: without TRACES nothing of OpenTelemetry is imported. A trace has the id of its request, which
is API Gateway's (`X-Amzn-Trace-Id`) and is on every log line as `requestID`: search X-Ray for it.
docs/reference/observability.md says what a span costs.
"""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import INVALID_SPAN, SpanKind, Status, StatusCode, Tracer, get_current_span, use_span

from todo_project.telemetry.logging import HEALTH, request_id
from todo_project.telemetry.metrics import route_of

SAMPLED: Final = 0.05
"""Share of the requests that are traced and sent, as in X-Ray's default rule. Others cost next to nothing."""
_FAILED: Final = 500


class RequestIds(RandomIdGenerator):
    """A trace's id is its request's, without X-Ray's version and hyphens."""

    def generate_trace_id(self) -> int:
        return int(request_id.get()[2:].replace("-", ""), 16)


def provider(processor: SpanProcessor) -> TracerProvider:
    """Spans of this service to ``processor``."""
    resource = Resource.create({"service.name": settings.SERVICE})
    made = TracerProvider(sampler=ALWAYS_ON, id_generator=RequestIds(), resource=resource)  # `is_sampled` has decided
    made.add_span_processor(processor)
    return made


@cache
def tracer() -> Tracer:
    """The process's own, made at the first request: it has a thread, and the workers are forked before."""
    if settings.TRACES == "1":
        printing = SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr, formatter=readable))
        return provider(printing).get_tracer("todo")
    return provider(BatchSpanProcessor(OTLPSpanExporter(settings.TRACES))).get_tracer("todo")


def is_sampled(identifier: str) -> bool:
    """Whether the request of this id is traced; all are where spans are printed."""
    return settings.TRACES == "1" or int(identifier[-8:], 16) < SAMPLED * 2**32


def readable(span: ReadableSpan) -> str:
    """A line for people: calls are indented below the request that comes after them."""
    milliseconds = ((span.end_time or 0) - (span.start_time or 0)) / 1e6
    facts = " ".join(f"{name}={value!r}" for name, value in (span.attributes or {}).items())
    return f"{'  ' if span.parent else ''}{span.name} {milliseconds:.1f} ms {facts}\n"


class TracingMiddleware:
    """Right within RequestLogMiddleware, which knows the request's id. Health checks have no span."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in HEALTH or not is_sampled(request_id.get()):
            return self.get_response(request)
        method = request.method or ""
        with use_span(tracer().start_span(method, kind=SpanKind.SERVER), end_on_exit=True) as span:
            response = self.get_response(request)
            match = request.resolver_match
            # The template, never the path: paths hold ids and e-mails.
            span.update_name(route_of(method, match.route if match else None, response.status_code))
            span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= _FAILED:
                span.set_status(Status(StatusCode.ERROR))
            return response


def watch(client: Any) -> None:
    """A span for each call of a boto3 client, on the fast path too: both ways go by these events."""
    events, service = client.meta.events, client.meta.service_model.service_name
    events.register(f"before-parameter-build.{service}", _start)
    events.register(f"after-call.{service}", _end)
    events.register(f"after-call-error.{service}", _fail)


def _start(model: Any, context: dict[str, Any], **_: Any) -> None:
    if not get_current_span().get_span_context().is_valid:
        return  # of a request that is not traced, or of a command
    service = model.service_model.service_id
    attributes = {"rpc.system": "aws-api", "rpc.service": str(service), "rpc.method": model.name}
    context["span"] = tracer().start_span(f"{service}.{model.name}", kind=SpanKind.CLIENT, attributes=attributes)


def _end(http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    span = context.pop("span", INVALID_SPAN)
    span.set_attribute("http.response.status_code", http_response.status_code)
    if consumed := parsed.get("ConsumedCapacity"):
        span.set_attribute("aws.dynamodb.consumed_capacity", orjson.dumps(consumed).decode())
    if "Error" in parsed:
        span.set_status(Status(StatusCode.ERROR, parsed["Error"].get("Code")))
    span.end()


def _fail(exception: Exception, context: dict[str, Any], **_: Any) -> None:
    span = context.pop("span", INVALID_SPAN)
    span.set_status(Status(StatusCode.ERROR, type(exception).__name__))
    span.end()
