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
from functools import cache
from pathlib import Path
from typing import Any, Final

from troposphere import Join, Ref, Sub, cloudwatch

from deploy.shared import yaml_files
from deploy.shared.roles import arn
from deploy.shared.stack_template import StackTemplate

Dimensions = Any
"""A mapping of names to values, or a list of them."""
RUNBOOK: Final = "docs/how-to/runbook.md"
FOLDER: Final = Path(__file__).parents[1]
COMPARISONS: Final = {
    ">=": "GreaterThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
    "<": "LessThanThreshold",
}


def alert_topic_arn(template: StackTemplate) -> Sub:
    """The topic the template's alarms tell. It is named, not imported: stacks before the topic's own have alarms too."""
    return arn(f"sns:${{AWS::Region}}:${{AWS::AccountId}}:{template.configuration.stack_name(template.alert_topic)}")


@cache
def _groups(folder: Path) -> Any:
    return yaml_files.content(folder / "alarms.yaml")


def add_alarms(
    stack: StackTemplate,
    group: str,
    dimensions: Dimensions,
    *,
    folder: Path | None = None,
    condition: str | None = None,
    **words: object,
) -> list[cloudwatch.Alarm]:
    """Add the alarms of a ``group`` of the stack's alarms.yaml, which watch metrics with these dimensions; returns them.

    ``dimensions``: of one resource, or of each, for alarms over several.

    ``words`` replace what stands in braces; ``folder``: of another alarms.yaml; ``condition``: of the template.
    """
    words |= {"metrics_namespace": stack.configuration.metrics_namespace}
    definitions = _groups(folder or FOLDER / "stacks" / stack.stack)[group]
    return [_add(stack, name.format(**words), _said(alarm, words), dimensions, condition) for name, alarm in definitions.items()]


def _said(alarm: Mapping[str, Any], words: Mapping[str, object]) -> dict[str, Any]:
    return {field: value.format(**words) if isinstance(value, str) else value for field, value in alarm.items()}


def _add(
    stack: StackTemplate, logical_id: str, alarm: Mapping[str, Any], dimensions: Dimensions, condition: str | None
) -> cloudwatch.Alarm:
    comparison, threshold = alarm["threshold"].split()
    breaching, _, periods = alarm.get("datapoints", "3 of 5").split()
    missing = alarm.get("missing", "notBreaching")
    extra: dict[str, Any] = {"Condition": condition} if condition else {}
    if missing == "missing":
        extra["InsufficientDataActions"] = [alert_topic_arn(stack)]
    added = stack.add_resource(
        cloudwatch.Alarm(
            logical_id,
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
    )
    _publish(stack, added, alarm)
    return added


def add_composite_alarm(stack: StackTemplate, logical_id: str, names: Sequence[Any]) -> None:
    """Add the alarm of group ``composite`` of the stack's alarms.yaml that is in ALARM while any of the alarms named is."""
    alarm = _groups(FOLDER / "stacks" / stack.stack)["composite"][logical_id]
    added = stack.add_resource(
        cloudwatch.CompositeAlarm(
            logical_id,
            AlarmDescription=_description(alarm),
            AlarmRule=Join(" OR ", [Join("", ['ALARM("', name, '")']) for name in names]),
            AlarmActions=[alert_topic_arn(stack)],
            OKActions=[alert_topic_arn(stack)],
        )
    )
    _publish(stack, added, alarm)


def _description(alarm: Mapping[str, Any]) -> str:
    return f"{alarm['means']} First: {alarm['first']} See {RUNBOOK}#{alarm['runbook']}."


def _publish(stack: StackTemplate, added: Any, alarm: Mapping[str, Any]) -> None:
    if "output" in alarm:
        stack.publish(f"{added.title}Name", alarm["output"], Ref(added))


def _watched(alarm: Mapping[str, Any], dimensions: Dimensions) -> dict[str, Any]:
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
