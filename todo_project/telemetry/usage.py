"""What is used of AWS while a request is served, or while a purge runs: calls, and DynamoDB's capacity units.

DynamoDB tells the units of a call only if it is asked to, and tells nothing of a call that it refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

_READS: Final = ("GetItem", "Query")


@dataclass(slots=True)
class Usage:
    """Attempts of calls to AWS (a retry is another one), and the units that DynamoDB says they took."""

    calls: int = 0
    read_units: float = 0.0
    write_units: float = 0.0


_current: ContextVar[Usage | None] = ContextVar("usage", default=None)


@contextmanager
def counted() -> Iterator[Usage]:
    """Counts what this thread uses until the end of the block."""
    usage = Usage()
    token = _current.set(usage)
    try:
        yield usage
    finally:
        _current.reset(token)


def watch(client: Any) -> None:
    """Lets a boto3 client count: all its attempts, and for DynamoDB's the units. Traces watch it as well, where they are on."""
    events, service = client.meta.events, client.meta.service_model.service_name
    events.register(f"after-call.{service}", _count)
    events.register(f"after-call-error.{service}", _count)
    if service == "dynamodb":
        events.register("before-parameter-build.dynamodb", _ask)
        events.register("after-call.dynamodb", _add_units)
    for watcher in settings.AWS_CLIENT_WATCHERS:
        import_string(watcher)(client)


def _count(context: dict[str, Any], **_: Any) -> None:
    usage = _current.get()
    if usage is not None:
        # botocore counts a call's attempts here; the fast path's only attempt (aws/fast_path) is not among them.
        usage.calls += context.get("retries", {}).get("attempt", 1)


def _ask(model: Any, params: dict[str, Any], **_: Any) -> None:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params.setdefault("ReturnConsumedCapacity", "TOTAL")


def _add_units(model: Any, parsed: dict[str, Any], **_: Any) -> None:
    usage = _current.get()
    if usage is None or not (consumed := parsed.get("ConsumedCapacity")):
        return
    if model.name in _READS:
        usage.read_units += consumed["CapacityUnits"]
    else:  # a transaction tells of each table
        usage.write_units += sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
