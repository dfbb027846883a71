"""What people ask the logs: saved queries of CloudWatch Logs Insights, each written once for console, dashboard and runbook.

They read the lines of todo_project/telemetry/logging.py and the access log of stack ``api``.
docs/reference/observability.md says which is for what.
"""

import re
from dataclasses import dataclass
from typing import Final

from troposphere import ImportValue, logs

from deploy.configuration import APPLICATION
from deploy.shared.stack_template import StackTemplate

GROUPS: Final = {
    "todos": ("platform", "TodosLogGroupName"),
    "files": ("platform", "FilesLogGroupName"),
    "purge": ("purge", "PurgeLogGroupName"),
    "api": ("api", "AccessLogGroupName"),
}
"""Whose lines can be asked: the stack of the log group, and its output."""

_SERVICES: Final = ("todos", "files")
# Health checks have a line too.
_REQUESTS: Final = 'filter logger = "todo.request" and route like "/api/"'


@dataclass(frozen=True, slots=True)
class Query:
    """``name``: in the console, below the environment's folder; ``groups``: keys of GROUPS; ``lines``: its commands."""

    name: str
    groups: tuple[str, ...]
    lines: tuple[str, ...]
    on_dashboard: bool = False

    @property
    def logical_id(self) -> str:
        return "".join(word.capitalize() for word in re.findall(r"\w+", self.name)) + "Query"

    @property
    def text(self) -> str:
        return "\n| ".join(self.lines)


QUERIES: Final = (
    Query(
        "errors newest first",
        ("todos", "files", "purge"),
        (
            "fields time, service, level, message, requestID, exc_info",
            'filter level in ["WARNING", "ERROR", "CRITICAL"]',
            "sort @timestamp desc",
            "limit 50",
        ),
        on_dashboard=True,
    ),
    Query(
        "one request, every line",
        ("api", "todos", "files"),
        (
            "fields @timestamp, service, route, status, coalesce(ms, responseLatency) as took, message, exc_info",
            'filter requestID = "ID" or apiRequestID = "ID" or requestId = "ID"',
            "sort @timestamp",
            "limit 200",
        ),
    ),
    Query(
        "one request, hop by hop",
        ("api", "todos", "files"),
        (
            "fields coalesce(apiRequestID, requestId) as apiID",
            "filter ispresent(responseLatency) or ispresent(ms)",
            (
                "stats max(requestID) as trace, max(route) as asked, max(status) as answered, max(responseLatency) as apiMs, "
                "max(integrationLatency) as integrationMs, max(ms) as serviceMs, max(integrationError) as error by apiID"
            ),
            'filter trace = "ID" or apiID = "ID"',
        ),
    ),
    Query(
        "slowest routes",
        _SERVICES,
        (
            _REQUESTS,
            "stats count(*) as requests, pct(ms, 50) as p50, pct(ms, 99) as p99, max(ms) as longest by service, route",
            "sort p99 desc",
            "limit 20",
        ),
        on_dashboard=True,
    ),
    Query(
        "most expensive routes",
        _SERVICES,
        (
            _REQUESTS,
            # A write unit costs five times a read unit.
            "fields coalesce(readUnits, 0) + 5 * coalesce(writeUnits, 0) as cost",
            (
                "stats count(*) as requests, sum(calls) as awsCalls, sum(readUnits) as reads, sum(writeUnits) as writes, "
                "sum(cost) as weight by service, route"
            ),
            "sort weight desc",
            "limit 20",
        ),
        on_dashboard=True,
    ),
    Query(
        "refusals by user",
        _SERVICES,
        (
            "filter status >= 400 and status < 500 and ispresent(user)",
            "stats count(*) as refusals, count_distinct(route) as routes, max(requestID) as oneRequestID by user, status",
            "sort refusals desc",
            "limit 20",
        ),
        on_dashboard=True,
    ),
    Query(
        "refused before a service",
        ("api",),
        (
            'filter status >= 400 and (not ispresent(integrationStatus) or integrationStatus = "-")',
            "stats count(*) as requests by route, status, authorizerError, integrationError, error",
            "sort requests desc",
            "limit 20",
        ),
    ),
    Query(
        "purge runs",
        ("purge",),
        (
            "fields time, message, ms, calls, readUnits, writeUnits, requestID",
            'filter logger = "todo.purge"',
            "sort @timestamp desc",
            "limit 50",
        ),
        on_dashboard=True,
    ),
)


def log_groups(stack: StackTemplate, query: Query) -> list[ImportValue]:
    """The names of the log groups that a query asks."""
    return [stack.imported(*GROUPS[group]) for group in query.groups]


def add_log_queries(stack: StackTemplate) -> None:
    """Add every query, in a folder of the environment."""
    for query in QUERIES:
        stack.add_resource(
            logs.QueryDefinition(
                query.logical_id,
                Name=f"{APPLICATION}-{stack.configuration.environment}/{query.name}",
                LogGroupNames=log_groups(stack, query),
                QueryString=query.text,
            ),
            "A saved query of CloudWatch Logs Insights.",
        )
