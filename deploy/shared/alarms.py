"""Alarms that say what they mean, from the alarms.yaml of each stack.

Every alarm has in its description what it means, what to look at first, and its section of docs/how-to/runbook.md; every one
decides what missing data means, and tells the alert topic both when it starts and when it is over. Its fields:

``means``, ``first``, ``runbook``: the description; ``runbook`` is the heading's anchor in docs/how-to/runbook.md.
``metric``: namespace, name and statistic (Sum, Average, Minimum, Maximum, or a percentile such as p99), and dimensions besides
those of its group. Or ``formula``: metric math over ``metrics``, named m1, m2, … in their order. With ``over``, a function of
metric math (SUM, MAX) over the metric of several resources, some of which may have no data.
``threshold``: a comparison and a number. ``datapoints``: how many of the last periods pass it (default: 3 of 5), and
``period`` their seconds (default: 60).
``missing``: CloudWatch's TreatMissingData (default: notBreaching); with "missing" the topic is told when data ends.
``output``: description of an output with the alarm's name, for other stacks.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from troposphere import Join, Ref, Sub, cloudwatch

from deploy.shared import yaml_files
from deploy.shared.roles import arn
from deploy.shared.stack_template import StackTemplate

RUNBOOK: Final = "docs/how-to/runbook.md"
COMPARISONS: Final = {
    ">=": "GreaterThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
    "<": "LessThanThreshold",
}


def alert_topic_arn(template: StackTemplate) -> Sub:
    """The topic the template's alarms tell. It is named, not imported: stacks before the topic's own have alarms too."""
    return arn(f"sns:${{AWS::Region}}:${{AWS::AccountId}}:{template.configuration.stack_name(template.alert_topic)}")


def add_alarms(stack: StackTemplate, group: str, dimensions: Any, *, condition: str | None = None, **words: object) -> None:
    """Add the alarms of a ``group`` of the stack's alarms.yaml, which watch metrics with these dimensions.

    ``dimensions``: of one resource, or of each, for alarms over several; ``condition``: of the template.
    ``words`` replace what stands in braces.
    """
    texts = {name: str(word) for name, word in words.items()} | {"metrics_namespace": stack.configuration.metrics_namespace}
    for logical_id, alarm in _groups(stack, **texts)[group].items():
        comparison, threshold = alarm["threshold"].split()
        breaching, _, periods = alarm.get("datapoints", "3 of 5").split()
        missing = alarm.get("missing", "notBreaching")
        extra: dict[str, Any] = {"Condition": condition} if condition else {}
        if missing == "missing":
            extra["InsufficientDataActions"] = [alert_topic_arn(stack)]
        cloudwatch.Alarm(
            logical_id,
            stack,
            AlarmDescription=_description(alarm),
            ComparisonOperator=COMPARISONS[comparison],
            Threshold=int(threshold),
            DatapointsToAlarm=int(breaching),
            EvaluationPeriods=int(periods),
            TreatMissingData=missing,
            AlarmActions=[alert_topic_arn(stack)],
            OKActions=[alert_topic_arn(stack)],
            **_watched(alarm, dimensions),
            **extra,
        )
        if "output" in alarm:
            stack.publish(f"{logical_id}Name", alarm["output"], Ref(logical_id))


def add_composite_alarm(stack: StackTemplate, logical_id: str, names: Sequence[Any]) -> None:
    """Add the alarm of group ``composite`` of the stack's alarms.yaml that is in ALARM while any of the alarms named is."""
    alarm = _groups(stack)["composite"][logical_id]
    cloudwatch.CompositeAlarm(
        logical_id,
        stack,
        AlarmDescription=_description(alarm),
        AlarmRule=Join(" OR ", [Join("", ['ALARM("', name, '")']) for name in names]),
        AlarmActions=[alert_topic_arn(stack)],
        OKActions=[alert_topic_arn(stack)],
    )
    if "output" in alarm:
        stack.publish(f"{logical_id}Name", alarm["output"], Ref(logical_id))


def _groups(stack: StackTemplate, **words: str) -> Any:
    """What is in the stack's alarms.yaml, and in that of several stacks."""
    own = Path(__file__).parents[1] / "stacks" / stack.stack / "alarms.yaml"
    return yaml_files.beside(__file__, **words) | yaml_files.content(own, **words)


def _description(alarm: Mapping[str, Any]) -> str:
    return f"{alarm['means']} First: {alarm['first']} See {RUNBOOK}#{alarm['runbook']}."


def _watched(alarm: Mapping[str, Any], dimensions: Any) -> dict[str, Any]:
    period = alarm.get("period", 60)
    if "over" in alarm:
        metrics = [_metric(alarm["metric"], each) for each in dimensions]
        formula = f"{alarm['over']}([{', '.join(f'm{number}' for number in range(1, len(metrics) + 1))}])"
    elif "formula" in alarm:
        metrics, formula = [_metric(each, dimensions) for each in alarm["metrics"]], alarm["formula"]
    else:
        metric, statistic = _metric(alarm["metric"], dimensions)
        return {**metric, "Period": period, "ExtendedStatistic" if statistic.startswith("p") else "Statistic": statistic}
    queries = [cloudwatch.MetricDataQuery(Id="result", Expression=formula, Label="result", ReturnData=True)]
    for number, (metric, statistic) in enumerate(metrics, 1):
        stat = cloudwatch.MetricStat(Metric=cloudwatch.Metric(**metric), Period=period, Stat=statistic)
        queries.append(cloudwatch.MetricDataQuery(Id=f"m{number}", MetricStat=stat, ReturnData=False))
    return {"Metrics": queries}


def _metric(text: str, dimensions: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The metric that ``text`` names, and its statistic."""
    namespace, name, statistic, *further = text.split()
    all_of_them = {**dimensions, **dict(each.split("=") for each in further)}
    found = [cloudwatch.MetricDimension(Name=key, Value=value) for key, value in all_of_them.items()]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": found}, statistic
