"""The one dashboard: traffic, errors, latency percentiles, saturation, per service; tables; alarms."""

from __future__ import annotations

import json
import re
from typing import Any


def body(deployment: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body as data, and the names it leaves to CloudFormation."""
    (dashboard,) = deployment.resources("AWS::CloudWatch::Dashboard")
    text, names = dashboard["DashboardBody"]["Fn::Sub"]
    return json.loads(text), names


def metrics(deployment: Any) -> list[list[Any]]:
    """Those that are named; the searches of routes name none."""
    found = [metric for widget in body(deployment)[0]["widgets"] for metric in widget["properties"].get("metrics", [])]
    return [metric for metric in found if len(metric) > 1]


def searches(deployment: Any) -> list[str]:
    graphs = [metric[0] for widget in body(deployment)[0]["widgets"] for metric in widget["properties"].get("metrics", [])]
    return [graph["expression"] for graph in graphs if isinstance(graph, dict)]


def test_every_name_in_it_is_given_and_used(deployment: Any) -> None:
    content, names = body(deployment)
    used = set(re.findall(r"\$\{([A-Za-z0-9]+)\}", json.dumps(content)))
    assert used == set(names)
    for value in names.values():
        deployment.imported(value)


def test_it_shows_traffic_errors_latency_and_saturation_of_each_service(deployment: Any) -> None:
    shown = {(metric[0], metric[1]) for metric in metrics(deployment)}
    assert shown >= {
        ("AWS/ApiGateway", "Count"),
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApplicationELB", "RequestCount"),
        ("AWS/ApplicationELB", "HealthyHostCount"),
        ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"),
        ("AWS/DynamoDB", "ReadThrottleEvents"),
        ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"),
    }
    text = json.dumps(metrics(deployment))
    for name in ("TodosTarget", "FilesTarget", "${Todos}", "${Files}"):
        assert name in text
    found = " ".join(searches(deployment))
    for metric in ("CPUUtilization", "MemoryUtilization"):
        assert f'ClusterName="${{Cluster}}" MetricName="{metric}"' in found


def test_it_shows_what_the_services_count_themselves(deployment: Any) -> None:
    """In the namespace and by the names that their lines carry."""
    for container in containers(deployment):
        (namespace,) = [each["Value"] for each in container["Environment"] if each["Name"] == "METRICS_NAMESPACE"]
        assert namespace == deployment.configuration.metrics_namespace
    namespace = deployment.configuration.metrics_namespace
    shown = {(metric[1], *metric[2:4]) for metric in metrics(deployment) if metric[0] == namespace}
    assert shown == {
        *(
            (name, "service", service)
            for service in ("todos", "files")
            for name in ("ms", "calls", "clientErrors", "serverErrors")
        ),
        *((name, "service", "purge") for name in ("purgedTodos", "purgedFiles", "purgeFailures")),
    }
    by_route = [search for search in searches(deployment) if "service,route" in search]
    assert len(by_route) == 5
    assert all(search.startswith(f'SEARCH(\'{{"{namespace}",service,route}} MetricName=') for search in by_route)


def containers(deployment: Any) -> list[dict[str, Any]]:
    return [each for task in deployment.resources("AWS::ECS::TaskDefinition") for each in task["ContainerDefinitions"]]


def test_it_shows_saved_queries(deployment: Any) -> None:
    saved = {query["QueryString"] for query in deployment.resources("AWS::Logs::QueryDefinition")}
    shown = [widget["properties"]["query"] for widget in body(deployment)[0]["widgets"] if widget["type"] == "log"]
    assert len(shown) == 5
    for query in shown:
        assert query.split("\n| ")[0].startswith("SOURCE '${")
        assert "\n| ".join(line for line in query.split("\n| ") if not line.startswith("SOURCE ")) in saved


def test_latency_is_shown_in_percentiles(deployment: Any) -> None:
    latencies = [metric for metric in metrics(deployment) if metric[1] in {"Latency", "TargetResponseTime"}]
    assert {metric[-1]["stat"] for metric in latencies} == {"p50", "p95", "p99"}


def test_widgets_do_not_overlap(deployment: Any) -> None:
    cells = [
        (x, y)
        for widget in body(deployment)[0]["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_last_row_shows_alarms_that_exist(deployment: Any) -> None:
    content, names = body(deployment)
    (widget,) = [widget for widget in content["widgets"] if widget["type"] == "alarm"]
    shown = [re.search(r"\$\{(Alarm\d+)\}$", arn)[1] for arn in widget["properties"]["alarms"]]
    for name in shown:
        assert deployment.resource(deployment.target(names[name])).type.endswith("Alarm")
    assert len(shown) >= 10
