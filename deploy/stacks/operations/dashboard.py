"""The one dashboard, from dashboard.yaml: graphs, then saved queries of the logs, then alarms."""

import json
from typing import Any, Final

from troposphere import Sub

from deploy.shared import yaml_files
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.operations.log_queries import GROUPS, QUERIES, Query

WIDTH: Final = 24
"""Columns of CloudWatch's grid."""
HEIGHT, ALARMS_HEIGHT = 6, 4

Widget = dict[str, Any]


def dashboard_body(stack: StackTemplate) -> Sub:
    """The body as JSON. The names of resources are left to CloudFormation."""
    content = yaml_files.beside(__file__, environment=stack.configuration.environment)
    queries = [query for query in QUERIES if query.on_dashboard]
    alarms = {f"Alarm{number}": output for number, output in enumerate(content["alarms"])}
    groups = {_log(group): GROUPS[group] for query in queries for group in query.groups}

    graphs = _placed([_graph(title, metrics) for title, metrics in content["graphs"].items()], columns=3, y=0)
    tables = _placed([_table(query) for query in queries], columns=2, y=graphs[-1]["y"] + HEIGHT)
    last = {"type": "alarm", "x": 0, "y": tables[-1]["y"] + HEIGHT, "width": WIDTH, "height": ALARMS_HEIGHT}
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    last["properties"] = {"title": "Alarms", "alarms": [f"{arn}${{{name}}}" for name in alarms]}

    # A line for each widget, so that a diff of the template names the one that changed.
    lines = ",\n".join(json.dumps(widget, separators=(",", ":")) for widget in (*graphs, *tables, last))
    names = {name: stack.imported(*output) for name, output in (content["names"] | groups | alarms).items()}
    return Sub(f'{{"widgets":[\n{lines}\n]}}', **names)


def _placed(widgets: list[Widget], *, columns: int, y: int) -> list[Widget]:
    """The widgets in rows of ``columns``, from ``y`` downwards."""
    width = WIDTH // columns
    return [
        {"x": index % columns * width, "y": y + index // columns * HEIGHT, "width": width, "height": HEIGHT, **widget}
        for index, widget in enumerate(widgets)
    ]


def _graph(title: str, metrics: list[Any]) -> Widget:
    properties = {
        "title": title,
        "region": "${AWS::Region}",
        "view": "timeSeries",
        "period": 60,
        "stat": "Sum",
        "metrics": metrics,
    }
    return {"type": "metric", "properties": properties}


def _table(query: Query) -> Widget:
    """A saved query, which runs over the dashboard's time each time someone looks."""
    text = "\n| ".join([*(f"SOURCE '${{{_log(group)}}}'" for group in query.groups), query.query.rstrip()])
    properties = {"title": query.name.capitalize(), "region": "${AWS::Region}", "view": "table", "query": text}
    return {"type": "log", "properties": properties}


def _log(group: str) -> str:
    """The placeholder of a log group's name."""
    return f"{group.capitalize()}Log"
