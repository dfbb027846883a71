"""The one dashboard: a request's way from left to right and top to bottom, then tables, then alarms.

Rows: traffic and errors at each hop; latency percentiles; saturation of each service; tables; what the services count themselves;
saved queries of their logs; alarms.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from troposphere import Sub

from deploy.containers import SERVICES
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.operations.log_queries import GROUPS, QUERIES, Query

WIDTH, HEIGHT, COLUMNS = 8, 6, 3
PERCENTILES: Final = ("p50", "p95", "p99")

Metric = list[Any]


def dashboard_body(stack: StackTemplate) -> Sub:
    """The body as JSON, with what names resources left to CloudFormation."""
    names: dict[str, Any] = {
        "Api": stack.imported("api", "ApiId"),
        "Balancer": stack.imported("platform", "LoadBalancerName"),
        "Cluster": stack.imported("platform", "ClusterName"),
        "Todos": stack.imported("data", "TodosTableName"),
        "Files": stack.imported("data", "FilesTableName"),
    }
    for service in SERVICES:
        names[f"{service.noun}Target"] = stack.imported("services", f"{service.noun}TargetGroupName")
    widgets = [
        {"x": index % COLUMNS * WIDTH, "y": index // COLUMNS * HEIGHT, "width": WIDTH, "height": HEIGHT, **widget}
        for index, widget in enumerate(_graphs(stack))
    ]
    bottom = -(-len(widgets) // COLUMNS) * HEIGHT
    queries = [query for query in QUERIES if query.on_dashboard]
    widgets += [
        {"x": index % 2 * 12, "y": bottom + index // 2 * HEIGHT, "width": 12, "height": HEIGHT, **_table(query)}
        for index, query in enumerate(queries)
    ]
    names |= {f"{group.capitalize()}Log": stack.imported(*GROUPS[group]) for query in queries for group in query.groups}
    alarms = alarm_names(stack)
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    widgets.append(
        {
            "type": "alarm",
            "x": 0,
            "y": bottom + -(-len(queries) // 2) * HEIGHT,
            "width": WIDTH * COLUMNS,
            "height": 4,
            "properties": {"title": "Alarms", "alarms": [f"{arn}${{Alarm{number}}}" for number in range(len(alarms))]},
        }
    )
    names |= {f"Alarm{number}": name for number, name in enumerate(alarms)}
    # A line for each widget, so that a diff of the template names the one that changed.
    lines = ",\n".join(json.dumps(widget, separators=(",", ":")) for widget in widgets)
    return Sub(f'{{"widgets":[\n{lines}\n]}}', **names)


def alarm_names(stack: StackTemplate) -> list[Any]:
    """Every alarm that another stack publishes: what the dashboard's last row shows."""
    return [
        stack.imported("api", "Api5xxAlarmName"),
        stack.imported("api", "ApiLatencyAlarmName"),
        stack.imported("platform", "LoadBalancer5xxAlarmName"),
        *(
            stack.imported("services", f"{service.noun}{noun}AlarmName")
            for service in SERVICES
            for noun in ("Target5xx", "Latency", "Unhealthy")
        ),
        stack.imported("services", "CapacityReducedAlarmName"),
        stack.imported("purge", "PurgeOverdueAlarmName"),
        *(stack.imported("data", f"{service.noun}TableThrottledAlarmName") for service in SERVICES),
    ]


def _graphs(stack: StackTemplate) -> Iterator[dict[str, Any]]:
    api = ["ApiId", "${Api}", "Stage", "$default"]
    balancer = ["LoadBalancer", "${Balancer}"]
    targets = {service.name: ["TargetGroup", f"${{{service.noun}Target}}", *balancer] for service in SERVICES}
    yield _graph(
        "Traffic, requests a minute",
        [
            ["AWS/ApiGateway", "Count", *api, {"label": "API"}],
            *(["AWS/ApplicationELB", "RequestCount", *target, {"label": name}] for name, target in targets.items()),
        ],
    )
    yield _graph(
        "Errors 5xx a minute, by hop",
        [
            ["AWS/ApiGateway", "5xx", *api, {"label": "API"}],
            ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", *balancer, {"label": "load balancer"}],
            *(["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", *target, {"label": name}] for name, target in targets.items()),
        ],
    )
    yield _graph(
        "Refused 4xx a minute",
        [
            ["AWS/ApiGateway", "4xx", *api, {"label": "API"}],
            *(["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", *target, {"label": name}] for name, target in targets.items()),
        ],
    )
    yield _graph("API latency, ms", [["AWS/ApiGateway", "Latency", *api, {"stat": p, "label": p}] for p in PERCENTILES])
    for name, target in targets.items():
        yield _graph(
            f"Latency of {name}, s",
            [["AWS/ApplicationELB", "TargetResponseTime", *target, {"stat": p, "label": p}] for p in PERCENTILES],
        )
    yield from _room()
    yield _graph(
        "Healthy targets",
        [
            ["AWS/ApplicationELB", "HealthyHostCount", *target, {"stat": "Minimum", "label": name}]
            for name, target in targets.items()
        ],
    )
    yield from _tables()
    yield from _counted(stack.configuration.metrics_namespace)


def _counted(namespace: str) -> Iterator[dict[str, Any]]:
    """What the lines of the services and of the purge hold, as metrics: todo_project/telemetry/metrics.py."""
    services = [service.name for service in SERVICES]
    yield _graph(
        "Requests by the services' own count, a minute",
        [[namespace, "ms", "service", name, {"stat": "SampleCount", "label": name}] for name in services],
    )
    yield _graph(
        "Responses of the services, 4xx and 5xx a minute",
        [
            [namespace, f"{side}Errors", "service", name, {"label": f"{name} {kind}"}]
            for name in services
            for side, kind in (("client", "4xx"), ("server", "5xx"))
        ],
    )
    yield _graph(
        "Calls to AWS a request", [[namespace, "calls", "service", name, {"stat": "Average", "label": name}] for name in services]
    )
    yield _by_route(namespace, "ms", "p99", "Latency by route, p99, ms")
    yield _by_route(namespace, "readUnits", "Sum", "Read units by route, a minute")
    yield _by_route(namespace, "writeUnits", "Sum", "Write units by route, a minute")
    yield _by_route(namespace, "ms", "SampleCount", "Requests by route, a minute")
    yield _by_route(namespace, "serverErrors", "Sum", "5xx responses by route, a minute")
    yield _graph(
        "Purged",
        [[namespace, metric, "service", "purge"] for metric in ("purgedTodos", "purgedFiles", "purgeFailures")],
    )


def _by_route(namespace: str, metric: str, statistic: str, title: str) -> dict[str, Any]:
    """Whatever routes there are: none has to be named."""
    return _graph(title, [_search(f'{{"{namespace}",service,route}} MetricName="{metric}"', statistic, "route")])


def _search(wanted: str, statistic: str, dimension: str) -> Metric:
    """A line for each metric that is found, named by one of its dimensions."""
    expression = f"SEARCH('{wanted}', '{statistic}', 60)"
    return [{"expression": expression, "label": f"${{!PROP('Dim.{dimension}')}}"}]  # ${!…} is ${…} to the dashboard


def _table(query: Query) -> dict[str, Any]:
    """Each look at it runs the query over the dashboard's time."""
    sources = [f"SOURCE '${{{group.capitalize()}Log}}'" for group in query.groups]
    text = "\n| ".join([*sources, *query.lines])
    properties = {"title": query.name.capitalize(), "region": "${AWS::Region}", "view": "table", "query": text}
    return {"type": "log", "properties": properties}


def _room() -> Iterator[dict[str, Any]]:
    """Of every ECS service of the cluster: which there are, the layout of tasks decides."""
    for title, namespace, metric, statistic in (
        ("CPU by service, %", "AWS/ECS", "CPUUtilization", "Average"),
        ("Memory by service, %", "AWS/ECS", "MemoryUtilization", "Average"),
        ("Running tasks by service", "ECS/ContainerInsights", "RunningTaskCount", "Average"),
        ("Desired tasks by service", "ECS/ContainerInsights", "DesiredTaskCount", "Average"),
    ):
        wanted = f'{{{namespace},ClusterName,ServiceName}} ClusterName="${{Cluster}}" MetricName="{metric}"'
        yield _graph(title, [_search(wanted, statistic, "ServiceName")])


def _tables() -> Iterator[dict[str, Any]]:
    yield _graph(
        "Capacity that tables consume, units a minute",
        [
            ["AWS/DynamoDB", f"Consumed{kind}CapacityUnits", "TableName", f"${{{service.noun}}}"]
            for service in SERVICES
            for kind in ("Read", "Write")
        ],
    )
    yield _graph(
        "Throttled calls of tables a minute",
        [
            ["AWS/DynamoDB", f"{kind}ThrottleEvents", "TableName", f"${{{service.noun}}}"]
            for service in SERVICES
            for kind in ("Read", "Write")
        ],
    )
    yield _graph(
        "Latency of tables, ms",
        [
            ["AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", f"${{{service.noun}}}", "Operation", name, {"stat": "p99"}]
            for service in SERVICES
            for name in ("Query", "GetItem", "UpdateItem")
        ],
    )


def _graph(title: str, metrics: list[Metric]) -> dict[str, Any]:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": 60,
            "stat": "Sum",
            "metrics": metrics,
        },
    }
