"""Exercise 4: make an alarm go into ALARM with as few failed requests as possible, and find its runbook section.

The check reads the alarm of the committed template and evaluates it as CloudWatch does: M of the last N datapoints.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import cfn_flip

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATE: Final = ROOT / "deploy" / "templates" / "standard" / "todo-dev-routing.yaml"

FILES: Final = {"alarm.json": '{"alarm": "TodosTarget5xxAlarm", "sums": [0, 0, 50, 0, 0], "runbook": ""}\n'}


def alarms() -> dict[str, dict[str, Any]]:
    """Logical id to properties of each alarm in the template."""
    resources = json.loads(cfn_flip.to_json(TEMPLATE.read_text()))["Resources"]
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def check(folder: Path) -> Iterator[str]:
    """Whether the sums of five minutes suffice, are no more than needed, and where the alarm sends you."""
    found = json.loads((folder / "alarm.json").read_text())
    alarm = alarms().get(found["alarm"])
    if alarm is None:
        yield f"The template has no alarm {found['alarm']}."
        return
    threshold, m, n = (alarm[name] for name in ("Threshold", "DatapointsToAlarm", "EvaluationPeriods"))
    last = found["sums"][-n:]
    breaching = [value for value in last if value >= threshold]
    if len(breaching) < m:
        yield f"{len(breaching)} of the last {n} datapoints reach {threshold}; the alarm needs {m}. Its state is OK."
    elif sum(found["sums"]) > threshold * m:
        yield f"It is in ALARM, but {sum(found['sums'])} failed requests are more than it needs."
    if not alarm["AlarmDescription"].endswith(f"runbook.md#{found['runbook']}."):
        yield "`runbook` does not name the section that the alarm's description names."
