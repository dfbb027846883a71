"""The smoke test of a deployment that waits for it: the visitor's journey by the test rules, before visitors reach the new tasks.

A service whose ``--deployment`` is not rolling has a pause hook after the shift of test traffic. Without a decision in
time ECS rolls back.
Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
"""

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console


def paused(ecs: Any, services: Collection[str]) -> Iterator[tuple[str, str]]:
    """ARN and hook id of each deployment of these services (ARNs) that waits for a word."""
    for service in services:
        cluster = service.split("/")[1]
        running = ecs.list_service_deployments(cluster=cluster, service=service, status=["IN_PROGRESS"])["serviceDeployments"]
        arns = [each["serviceDeploymentArn"] for each in running]
        found = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"] if arns else []
        for deployment in found:
            for hook in deployment.get("lifecycleHookDetails", []):
                if hook["status"] == "AWAITING_ACTION":
                    yield deployment["serviceDeploymentArn"], hook["hookId"]


def at_once(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template of a way back: after the smoke test all visitors leave the bad tasks at once, instead of a tenth of them."""
    result: dict[str, Any] = copy.deepcopy(dict(template))
    for resource in result["Resources"].values():
        if resource["Type"] == "AWS::ECS::Service":
            deployment = resource["Properties"]["DeploymentConfiguration"]
            if deployment.pop("CanaryConfiguration", None) or deployment.pop("LinearConfiguration", None):
                deployment |= {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 0}
    return result


def decide(ecs: Any, services: Collection[str], works: Callable[[], bool], console: Console) -> None:
    """Continue the deployments that wait when ``works()``, and roll them back when not."""
    waiting = list(paused(ecs, services))
    if not waiting:
        return
    console.print("The new tasks take test traffic, and no visitor's yet.")
    action = "CONTINUE" if works() else "ROLLBACK"
    for deployment, hook in waiting:
        try:
            ecs.continue_service_deployment(serviceDeploymentArn=deployment, hookId=hook, action=action)
        except ClientError as error:
            # Somebody at the console was faster, or an alarm.
            console.print(f"{deployment}: {error.response['Error'].get('Message', error)}")
    console.print({"CONTINUE": "They work: visitors follow.", "ROLLBACK": "They do not work: ECS takes them away."}[action])
