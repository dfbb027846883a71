"""What CloudFormation says happens to a stack, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

# What CloudFormation writes on everything that had to stop because something else failed.
CONSEQUENCE: Final = re.compile(
    r"^(Resource (creation|update|deletion) cancelled|The following resource\(s\) failed to"
    r"|Rollback requested|.*rollback requested by user)",
    re.IGNORECASE,
)


def first_cause(events: list[StackEventTypeDef]) -> str:
    """The oldest failure that is not the consequence of another, as a sentence."""
    for event in events:
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and not CONSEQUENCE.match(reason):
            reason = reason or "CloudFormation gives no reason."
            return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
    return "none of its events says why."


def line(event: StackEventTypeDef) -> str:
    """One event for people: time, what happened, to which resource, and why when CloudFormation says."""
    resource = f"{event.get('LogicalResourceId')} {event.get('ResourceType', '').removeprefix('AWS::')}"
    reason = event.get("ResourceStatusReason", "")
    return f"  {event['Timestamp']:%H:%M:%S} {event.get('ResourceStatus', ''):<24} {resource} {reason}".rstrip()
