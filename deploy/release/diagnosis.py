"""Why a deployment failed: the first cause among its events, and why tasks stopped, of which CloudFormation says nothing."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

# What CloudFormation writes on everything that had to stop because something else failed.
CONSEQUENCE: Final = re.compile(
    r"^(Resource (creation|update|deletion) cancelled|The following resource\(s\) failed to"
    r"|Rollback requested|.*rollback requested by user)",
    re.IGNORECASE,
)


def first_cause(events: list[Mapping[str, Any]]) -> str:
    """The oldest failure that is not the consequence of another, as a sentence."""
    for event in events:
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and not CONSEQUENCE.match(reason):
            reason = reason or "CloudFormation gives no reason."
            return f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}"
    return "none of its events says why."


def line(event: Mapping[str, Any]) -> str:
    """One event for people: time, what happened, to which resource, and why when CloudFormation says."""
    resource = f"{event.get('LogicalResourceId')} {event.get('ResourceType', '').removeprefix('AWS::')}"
    reason = event.get("ResourceStatusReason", "")
    return f"  {event['Timestamp']:%H:%M:%S} {event.get('ResourceStatus', ''):<24} {resource} {reason}".rstrip()


def stopped_tasks(ecs: Any, logs: Any, cluster: str, since: datetime) -> str:
    """Of each service the newest task that failed after ``since``: its reason, its containers', and their last log lines.

    Empty when none failed. ECS keeps stopped tasks for an hour. Keys that may not ask are told so in the text.
    """
    # ECS's reason for a task that it replaces or no longer needs.
    planned = "Scaling activity initiated by"
    try:
        arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
        tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
        failed = [each for each in tasks if each["stoppedAt"] >= since and not each["stoppedReason"].startswith(planned)]
        newest = {each["group"]: each for each in sorted(failed, key=lambda each: each["stoppedAt"])}
        return "\n".join(line for task in newest.values() for line in _told(ecs, logs, task))
    except ClientError as error:
        return f"ECS could not be asked why: {error}"


def _told(ecs: Any, logs: Any, task: Any) -> Iterator[str]:
    yield f"A task of {task['group']} stopped: {task['stoppedReason']}"
    definition = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
    options = {each["name"]: each["logConfiguration"]["options"] for each in definition["containerDefinitions"]}
    for container in task["containers"]:
        name = container["name"]
        code = f"exit code {container['exitCode']}" if "exitCode" in container else "it never ran"
        yield f"  {name}: {container.get('reason', code)}"
        stream = "/".join((options[name]["awslogs-stream-prefix"], name, task["taskArn"].rsplit("/", 1)[1]))
        yield from (f"    {line}" for line in _last_lines(logs, options[name]["awslogs-group"], stream))


def _last_lines(logs: Any, group: str, stream: str) -> list[str]:
    try:
        events = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=10, startFromHead=False)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return ["(it wrote no line)"]
    return [event["message"] for event in events]
