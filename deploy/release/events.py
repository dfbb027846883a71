"""The events of one stack operation: shown while it runs, and searched for the first real cause when it fails."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef
    from rich.console import Console

STACK_TYPE: Final = "AWS::CloudFormation::Stack"

# What CloudFormation writes on everything that had to stop because something else failed.
CONSEQUENCE: Final = re.compile(
    r"^(Resource (creation|update|deletion) cancelled|The following resource\(s\) failed to"
    r"|Rollback requested|.*rollback requested by user)",
    re.IGNORECASE,
)


class Operation:
    """The events of the operation that was started with ``token`` on the stack with this id, oldest first.

    Events of one operation lie together, since a stack runs one at a time; all carry the token the caller chose.
    """

    def __init__(self, client: CloudFormationClient, stack_id: str, token: str) -> None:
        self._client = client
        self._stack_id = stack_id
        self._token = token
        self._seen: set[str] = set()
        self.events: list[StackEventTypeDef] = []

    def new_events(self) -> list[StackEventTypeDef]:
        """What has happened since the last call, oldest first. Usually one request: the API answers newest first."""
        fresh: list[StackEventTypeDef] = []
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=self._stack_id):
            known = False
            for event in page["StackEvents"]:
                if event["EventId"] in self._seen or event.get("ClientRequestToken") != self._token:
                    known = True
                    break
                fresh.append(event)
            if known:
                break
        fresh.reverse()
        self._seen.update(event["EventId"] for event in fresh)
        self.events.extend(fresh)
        return fresh

    def first_cause(self) -> str | None:
        """The oldest failure that is not the consequence of another, as a sentence; None when nothing failed."""
        self.new_events()
        for event in self.events:
            reason = event.get("ResourceStatusReason", "")
            if event.get("ResourceStatus", "").endswith("_FAILED") and not CONSEQUENCE.match(reason):
                reason = reason or "CloudFormation gives no reason."
                return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
        return None

    def kept(self) -> list[str]:
        """Logical ids of what the operation left in place because its policy says so."""
        return [event["LogicalResourceId"] for event in self.events if event.get("ResourceStatus") == "DELETE_SKIPPED"]


@contextmanager
def shown_while_waiting(
    client: CloudFormationClient, operation: Operation, console: Console, title: str, total: int
) -> Iterator[None]:
    """Show the operation's events each time a boto3 waiter of ``client`` asks for the stack's state.

    A bar counts to ``total`` resources. The waiter decides when to ask and when to stop; this only listens to it, so
    nothing here waits or retries.
    """
    finished: set[str] = set()
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    bar = progress.add_task(title, total=max(total, 1))

    def show(**_: object) -> None:
        for event in operation.new_events():
            status = event.get("ResourceStatus", "")
            if event.get("ResourceType") == STACK_TYPE:
                continue
            if status.endswith(("_COMPLETE", "_FAILED", "_SKIPPED")):
                finished.add(event["LogicalResourceId"])
                console.print(line(event), highlight=False)
        progress.update(bar, completed=min(len(finished), total))

    client.meta.events.register("after-call.cloudformation.DescribeStacks", show)
    try:
        with progress:
            yield
            show()
    finally:
        client.meta.events.unregister("after-call.cloudformation.DescribeStacks", show)


def line(event: StackEventTypeDef) -> str:
    """One event for people: time, what happened, to which resource, and why when CloudFormation says."""
    status = event.get("ResourceStatus", "")
    colour = "red" if status.endswith("_FAILED") or "ROLLBACK" in status else "green"
    reason = event.get("ResourceStatusReason", "")
    time = f"{event['Timestamp']:%H:%M:%S}"
    kind = event.get("ResourceType", "").removeprefix("AWS::")
    what = f"{event.get('LogicalResourceId')} [dim]{kind}[/] {escape(reason)}".rstrip()
    return f"  [dim]{time}[/] [{colour}]{status:<24}[/] {what}"
