"""Alarms that say what they mean.

Every alarm names in its description what it means, what to look at first, and its section of docs/how-to/runbook.md; every
one decides what missing data means, and tells the alert topic both when it starts and when it is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from troposphere import ImportValue, Join, Sub, cloudwatch

from deploy.shared.stack_template import StackTemplate

RUNBOOK: Final = "docs/how-to/runbook.md"
MINUTE: Final = 60


def alert_topic_arn(template: StackTemplate) -> Sub | ImportValue:
    """The topic the template's alarms tell. It is named, not imported: stacks before the topic's own have alarms too.

    The stack with the most alarms imports it, which is shorter: its template is near CloudFormation's limit.
    """
    if template.stack == "services":
        return template.imported("platform", "AlertTopicArn")
    name = template.configuration.stack_name(template.alert_topic)
    return Sub(f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{name}")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of CloudWatch. ``statistic``: Sum, Average, Minimum, Maximum, or a percentile such as p99."""

    namespace: str
    metric: str
    statistic: str
    dimensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expression:
    """Metric math over several series, named m1, m2, … in their order."""

    formula: str
    series: tuple[Series, ...]


def summed(*series: Series) -> Expression:
    """The sum of several counts, where a count that was not published is 0."""
    return Expression(" + ".join(f"FILL(m{number}, 0)" for number in range(1, len(series) + 1)), series)


def add_alarm(
    template: StackTemplate,
    logical_id: str,
    *,
    means: str,
    first: str,
    section: str,
    watch: Series | Expression,
    threshold: float,
    comparison: str = "GreaterThanOrEqualToThreshold",
    breaching: int = 3,
    of: int = 5,
    period: int = MINUTE,
    missing: str = "notBreaching",
    condition: str | None = None,
) -> cloudwatch.Alarm:
    """Add the alarm that fires when ``breaching`` of the last ``of`` periods of ``period`` seconds pass ``threshold``.

    ``section`` is the heading's anchor in docs/how-to/runbook.md; ``missing`` is CloudWatch's TreatMissingData: with "missing"
    the topic is told when data ends, and not that there was none yet.
    """
    topic = alert_topic_arn(template)
    extra: dict[str, Any] = {"Condition": condition} if condition else {}
    if missing == "missing":
        extra["InsufficientDataActions"] = [topic]
    return template.add_resource(
        cloudwatch.Alarm(
            logical_id,
            AlarmDescription=f"{means} First: {first} See {RUNBOOK}#{section}.",
            ComparisonOperator=comparison,
            Threshold=threshold,
            DatapointsToAlarm=breaching,
            EvaluationPeriods=of,
            TreatMissingData=missing,
            AlarmActions=[topic],
            OKActions=[topic],
            **_watched(watch, period),
            **extra,
        )
    )


def add_composite_alarm(
    template: StackTemplate, logical_id: str, names: Sequence[Any], *, means: str, first: str, section: str
) -> cloudwatch.CompositeAlarm:
    """Add the alarm that is in ALARM while any of the alarms named is; told and described as ``add_alarm`` does."""
    topic = alert_topic_arn(template)
    return template.add_resource(
        cloudwatch.CompositeAlarm(
            logical_id,
            AlarmDescription=f"{means} First: {first} See {RUNBOOK}#{section}.",
            AlarmRule=Join(" OR ", [Join("", ['ALARM("', name, '")']) for name in names]),
            AlarmActions=[topic],
            OKActions=[topic],
        )
    )


def _watched(watch: Series | Expression, period: int) -> dict[str, Any]:
    if isinstance(watch, Expression):
        return {
            "Metrics": [
                _computed(watch.formula),
                *(_query(number, series, period) for number, series in enumerate(watch.series, 1)),
            ]
        }
    statistic = "ExtendedStatistic" if watch.statistic.startswith("p") else "Statistic"
    return {
        "Namespace": watch.namespace,
        "MetricName": watch.metric,
        "Dimensions": _dimensions(watch),
        "Period": period,
        statistic: watch.statistic,
    }


def _computed(formula: str) -> cloudwatch.MetricDataQuery:
    return cloudwatch.MetricDataQuery(Id="result", Expression=formula, Label="result", ReturnData=True)


def _query(number: int, series: Series, period: int) -> cloudwatch.MetricDataQuery:
    metric = cloudwatch.Metric(Namespace=series.namespace, MetricName=series.metric, Dimensions=_dimensions(series))
    return cloudwatch.MetricDataQuery(
        Id=f"m{number}", MetricStat=cloudwatch.MetricStat(Metric=metric, Period=period, Stat=series.statistic), ReturnData=False
    )


def _dimensions(series: Series) -> list[cloudwatch.MetricDimension]:
    return [cloudwatch.MetricDimension(Name=name, Value=value) for name, value in series.dimensions.items()]
