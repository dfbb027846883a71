"""Items 18 and 19 of the review checklist: alarms that can fire, say what they mean, and cover what goes wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.deploy.selections import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATIONS = Path(__file__).parents[2] / "docs" / "how-to" / "runbook.md"

PUBLISHED = {
    "AWS/DynamoDB": {
        "ReadThrottleEvents": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "WriteThrottleEvents": [{"TableName"}, {"TableName", "GlobalSecondaryIndexName"}],
        "SystemErrors": [{"TableName", "Operation"}],
    },
    "AWS/ApplicationELB": {
        "HTTPCode_ELB_5XX_Count": [{"LoadBalancer"}],
        "RejectedConnectionCount": [{"LoadBalancer"}],
        "HTTPCode_Target_5XX_Count": [{"LoadBalancer", "TargetGroup"}],
        "UnHealthyHostCount": [{"LoadBalancer", "TargetGroup"}],
        "HealthyHostCount": [{"LoadBalancer", "TargetGroup"}],
        "TargetResponseTime": [{"LoadBalancer", "TargetGroup"}],
    },
    "AWS/ECS": {name: [{"ClusterName", "ServiceName"}] for name in ("CPUUtilization", "MemoryUtilization")},
    "AWS/ApiGateway": {name: [{"ApiId", "Stage"}] for name in ("5xx", "Count", "Latency")},
    "AWS/NATGateway": {"ErrorPortAllocation": [{"NatGatewayId"}]},
    "AWS/AutoScaling": {"GroupDesiredCapacity": [{"AutoScalingGroupName"}]},
    "AWS/CloudFront": {"5xxErrorRate": [{"DistributionId", "Region"}]},
    "AWS/CertificateManager": {"DaysToExpiry": [{"CertificateArn"}]},
    "AWS/SNS": {"NumberOfNotificationsFailed": [{"TopicName"}]},
}
"""Metrics with the sets of dimensions that AWS publishes them under (each service's page of CloudWatch metrics)."""

COUNTS = re.compile(r"ThrottleEvents|SystemErrors|HTTPCode|Rejected|^5xx$|^Count$|ErrorPort|NotificationsFailed|Lines|PurgesDone")
LATENCIES = re.compile(r"ResponseTime|Latency")


class Watched(NamedTuple):
    namespace: Any
    metric: str
    statistic: str
    dimensions: set[str]


def watched(alarm: Any) -> Iterator[Watched]:
    """Every metric of an alarm, of metric math too."""
    if "Metrics" not in alarm.properties:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        yield Watched(alarm["Namespace"], alarm["MetricName"], statistic, {each["Name"] for each in alarm["Dimensions"]})
        return
    for query in alarm["Metrics"]:
        if "MetricStat" in query:
            metric = query["MetricStat"]["Metric"]
            names = {each["Name"] for each in metric["Dimensions"]}
            yield Watched(metric["Namespace"], metric["MetricName"], query["MetricStat"]["Stat"], names)


def alarms(deployment: Any) -> list[Any]:
    return deployment.resources("AWS::CloudWatch::Alarm")


def test_dimensions_are_ones_that_aws_publishes(deployment: Any) -> None:
    """18: an alarm on another set of dimensions waits forever."""
    for alarm in alarms(deployment):
        for each in watched(alarm):
            if each.namespace in PUBLISHED:
                assert each.dimensions in PUBLISHED[each.namespace][each.metric], alarm.name
            else:
                assert each.namespace == deployment.configuration.metrics_namespace
                assert each.dimensions == set()


def test_counts_are_summed_and_latencies_are_percentiles(deployment: Any) -> None:
    """18"""
    for alarm in alarms(deployment):
        for each in watched(alarm):
            if LATENCIES.search(each.metric):
                assert re.fullmatch(r"p9\d", each.statistic), alarm.name
            elif COUNTS.search(each.metric):
                assert each.statistic == "Sum", alarm.name
            else:
                assert each.statistic in {"Average", "Minimum", "Maximum"}, alarm.name


def test_an_index_has_an_alarm_of_its_own(deployment: Any) -> None:
    """18: a throttled index is not counted with its table."""
    for noun in ("Todos", "Files"):
        indexed = list(watched(deployment.resource(f"{noun}TablePurgeIndexThrottledAlarm")))
        assert {frozenset(each.dimensions) for each in indexed} == {frozenset({"TableName", "GlobalSecondaryIndexName"})}


def test_system_errors_are_asked_for_by_operation(deployment: Any) -> None:
    """18: for each operation that the services call."""
    called = {
        action.removeprefix("dynamodb:")
        for stack in ("services", "purge")
        for role in deployment.resources("AWS::IAM::Role", stack)
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        for action in statement["Action"]
        if action.startswith("dynamodb:")
    } - {"ConditionCheckItem"} | {"TransactWriteItems"}
    for noun in ("Todos", "Files"):
        queries = deployment.resource(f"{noun}TableSystemErrorsAlarm")["Metrics"]
        metrics = [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query]
        operations = {each["Value"] for metric in metrics for each in metric["Dimensions"] if each["Name"] == "Operation"}
        assert operations == called


def test_alarms_need_several_points_and_can_be_reached(deployment: Any) -> None:
    """18: M of N."""
    for alarm in alarms(deployment):
        assert 1 <= alarm["DatapointsToAlarm"] <= alarm["EvaluationPeriods"]
        if alarm["DatapointsToAlarm"] == 1:
            assert alarm.name in {"AlertDeliveryAlarm", "CertificateExpiryAlarm"}
        if any(each.metric.endswith("Utilization") for each in watched(alarm)):
            assert alarm["Threshold"] < 100


def test_at_maximum_and_below_minimum_mean_the_limits_of_scaling(deployment: Any) -> None:
    """18"""
    targets = deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    for what, limit in (("AtMaximumAlarm", "MaxCapacity"), ("BelowMinimumAlarm", "MinCapacity")):
        found = [alarm for alarm in alarms(deployment) if alarm.name.endswith(what) and alarm.stack == "routing"]
        assert len(found) == 2
        assert {alarm["Threshold"] for alarm in found} == {target[limit] for target in targets}


def test_missing_data_and_both_actions_are_decided(deployment: Any) -> None:
    """18"""
    for alarm in alarms(deployment):
        wanted = "missing" if alarm.name == "PurgeOverdueAlarm" else "notBreaching"
        assert alarm["TreatMissingData"] == ("breaching" if alarm.name.endswith("BelowMinimumAlarm") else wanted)
    for alarm in alarms(deployment) + deployment.resources("AWS::CloudWatch::CompositeAlarm"):
        topic = "web-alerts" if alarm.stack == "web" else "alerts"
        arn = {"Fn::Sub": f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{stack_name(deployment, topic)}"}
        assert alarm["AlarmActions"] == alarm["OKActions"] == [arn]


def stack_name(deployment: Any, name: str) -> str:
    return deployment.configuration.stack_name(name)


def test_the_topics_that_alarms_tell_exist(deployment: Any) -> None:
    names = {topic["TopicName"] for topic in deployment.resources("AWS::SNS::Topic")}
    assert names == {stack_name(deployment, "alerts"), stack_name(deployment, "web-alerts")}


def test_everything_that_goes_wrong_is_covered(deployment: Any) -> None:
    """19"""
    metrics = {(str(each.namespace), each.metric) for alarm in alarms(deployment) for each in watched(alarm)}
    names = {metric for _, metric in metrics}
    assert names >= {
        "HTTPCode_ELB_5XX_Count",
        "HTTPCode_Target_5XX_Count",
        "UnHealthyHostCount",
        "TargetResponseTime",
        "CPUUtilization",
        "MemoryUtilization",
        "HealthyHostCount",
        "ReadThrottleEvents",
        "WriteThrottleEvents",
        "SystemErrors",
        "5xx",
        "Latency",
        "PurgesDone",
        "DaysToExpiry",
        "NumberOfNotificationsFailed",
        "5xxErrorRate",
    }
    assert ("ErrorPortAllocation" in names) is bool(deployment.configuration.nat_gateways)


def test_both_services_have_every_alarm(deployment: Any) -> None:
    """19"""
    names = {alarm.name for alarm in alarms(deployment)}
    for noun in ("Todos", "Files"):
        watched_of_target = ("Target5xx", "Unhealthy", "Latency", "BelowMinimum", "AtMaximum")
        assert names >= {f"{noun}{what}Alarm" for what in (*watched_of_target, "ErrorLines", "TableThrottled")}
    for scope in ("Shared",) if deployment.shares_task else ("Todos", "Files"):
        assert names >= {f"{scope}{what}Alarm" for what in ("Cpu", "Memory")}


def test_a_failed_deployment_and_a_failed_purge_are_told(deployment: Any) -> None:
    """19: they are events, not metrics."""
    for name in ("DeploymentFailedRule", "PurgeFailedRule"):
        rule = deployment.resource(name)
        assert deployment.target(rule["Targets"][0]["Arn"]) == "AlertTopic"
    services = {each.name for each in deployment.resources("AWS::ECS::Service")}
    pattern = deployment.resource("DeploymentFailedRule")["EventPattern"]
    assert {deployment.target(each) for each in pattern["resources"]} == services
    assert {"SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_PLACEMENT_FAILURE"} <= set(pattern["detail"]["eventName"])


def test_a_purge_that_never_ran_yet_is_not_overdue(deployment: Any) -> None:
    """An alarm starts without data. That data ends is told; that there was none yet is no change of state."""
    alarm = deployment.resource("PurgeOverdueAlarm")
    assert (alarm["TreatMissingData"], alarm["InsufficientDataActions"]) == ("missing", alarm["AlarmActions"])
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 3 * 3600


def test_the_budget_is_this_environments_and_may_be_left_out(deployment: Any) -> None:
    budget = deployment.resource("Budget")
    environment = deployment.configuration.environment
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": [f"user:env${environment}"]}
    assert budget.body["Condition"] == "HasMonthlyBudget"
    template = deployment.templates["operations"]
    assert template["Conditions"]["HasMonthlyBudget"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MonthlyBudget"}, "0"]}]}


@lasting
def test_events_may_publish_to_the_topic_and_use_its_key(deployment: Any) -> None:
    """19"""
    for stack in ("platform", "web"):
        (policy,) = deployment.resources("AWS::SNS::TopicPolicy", stack)
        (key,) = deployment.resources("AWS::KMS::Key", stack)
        for statements in (policy["PolicyDocument"]["Statement"], key["KeyPolicy"]["Statement"][1:]):
            ours, events = statements
            assert set(ours["Principal"]["Service"]) == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
            assert ours["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
            # EventBridge takes no condition in the policy of a topic
            assert (events["Principal"], events.get("Condition")) == ({"Service": "events.amazonaws.com"}, None)


def test_each_alarm_says_what_it_means_and_where_to_read_on(deployment: Any) -> None:
    """19"""
    headings = {line.removeprefix("### ").strip() for line in OPERATIONS.read_text().splitlines() if line.startswith("### ")}
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for alarm in alarms(deployment) + deployment.resources("AWS::CloudWatch::CompositeAlarm"):
        text = alarm["AlarmDescription"]
        match = re.fullmatch(r".{20,}[.?:] First: .{20,}[.?] See docs/how-to/runbook\.md#([a-z0-9-]+)\.", text)
        assert match, text
        assert match[1] in anchors, text
        assert len(text) <= 1024
    for name in ("DeploymentFailedRule", "PurgeFailedRule"):
        described = deployment.resource(name)["Description"]
        assert described.rpartition("#")[2].rstrip(".") in anchors


def test_composite_alarms_name_alarms_that_exist(deployment: Any) -> None:
    composites = deployment.resources("AWS::CloudWatch::CompositeAlarm")
    assert {each.name for each in composites} == {"VisitorsAffectedAlarm", "CapacityReducedAlarm"}
    for composite in composites:
        for term in composite["AlarmRule"]["Fn::Join"][1]:
            _, (before, name, after) = term["Fn::Join"]
            assert (before, after) == ('ALARM("', '")')
            assert deployment.resource(deployment.target(name)).type == "AWS::CloudWatch::Alarm"
