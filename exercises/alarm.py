"""Exercise 4: make an alarm go into ALARM with as few failed requests as possible, and find its runbook section.

The check reads the alarm of the committed template and evaluates it as CloudWatch does: M of the last N datapoints.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATE: Final = ROOT / "deploy" / "templates" / "standard" / "todo-dev-services.yaml"

FILES: Final = {"alarm.json": '{"alarm": "TodosTarget5xxAlarm", "sums": [0, 0, 50, 0, 0], "runbook": ""}\n'}


def definition(name: str) -> str:
    """The alarm's part of the template. Raises LookupError."""
    match = re.search(rf"^  {name}:\n(?:    .*\n)+", TEMPLATE.read_text(), re.MULTILINE)
    if not match:
        raise LookupError(f"{TEMPLATE.name} has no {name}.")
    return match[0]


def number(alarm: str, name: str) -> int:
    """One numeric property of the alarm. Raises LookupError."""
    match = re.search(rf"^      {name}: (\d+)", alarm, re.MULTILINE)
    if not match:
        raise LookupError(f"The alarm has no {name}.")
    return int(match[1])


def check(folder: Path) -> Iterator[str]:
    """Whether the sums of five minutes suffice, are no more than needed, and where the alarm sends you."""
    found = json.loads((folder / "alarm.json").read_text())
    alarm = definition(found["alarm"])
    threshold, m, n = (number(alarm, name) for name in ("Threshold", "DatapointsToAlarm", "EvaluationPeriods"))
    last = found["sums"][-n:]
    breaching = [value for value in last if value >= threshold]
    if len(breaching) < m:
        yield f"{len(breaching)} of the last {n} datapoints reach {threshold}; the alarm needs {m}. Its state is OK."
    elif sum(found["sums"]) > threshold * m:
        yield f"It is in ALARM, but {sum(found['sums'])} failed requests are more than it needs."
    section = re.search(r"runbook\.md#([\w-]+)", alarm)
    if section and found["runbook"] != section[1]:
        yield "`runbook` does not name the section that the alarm's description names."
