"""Saved queries of the logs, for the console and the dashboard; log_queries.yaml has their text.

They read the lines of todo_project/telemetry/logging.py and the access log of stack ``api``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from troposphere import logs

from deploy.configuration import APPLICATION
from deploy.shared import yaml_files
from deploy.shared.stack_template import StackTemplate

GROUPS: Final = {
    "todos": ("platform", "TodosLogGroupName"),
    "files": ("platform", "FilesLogGroupName"),
    "purge": ("purge", "PurgeLogGroupName"),
    "api": ("api", "AccessLogGroupName"),
}
"""Log groups that can be queried: the stack of each, and its output."""


@dataclass(frozen=True, slots=True)
class Query:
    """``name``: in the console, below the environment's folder; ``groups``: keys of GROUPS; ``query``: its commands."""

    name: str
    groups: Sequence[str]
    query: str
    on_dashboard: bool = False

    @property
    def logical_id(self) -> str:
        return "".join(word.capitalize() for word in re.findall(r"\w+", self.name)) + "Query"


QUERIES: Final = [Query(**query) for query in yaml_files.beside(__file__)]


def add_log_queries(stack: StackTemplate) -> None:
    """Add every query, in a folder of the environment."""
    for query in QUERIES:
        logs.QueryDefinition(
            query.logical_id,
            stack,
            Metadata={"Description": "A saved query of CloudWatch Logs Insights."},
            Name=f"{APPLICATION}-{stack.configuration.environment}/{query.name}",
            LogGroupNames=[stack.imported(*GROUPS[group]) for group in query.groups],
            QueryString=query.query.rstrip(),
        )
