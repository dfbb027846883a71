"""The smoke test of a deployment that waits for it: the visitor's journey by the test rules, before visitors reach the new tasks.

A service whose ``--deployment`` is not rolling has a pause hook after the shift of test traffic. Without a decision in
time ECS rolls back.
Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
"""

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console


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
    """Continue the deployments of these services (ARNs) that wait for a word when ``works()``, and roll them back when not."""
    arns = []
    for service in services:
        running = ecs.list_service_deployments(cluster=service.split("/")[1], service=service, status=["IN_PROGRESS"])
        arns += [each["serviceDeploymentArn"] for each in running["serviceDeployments"]]
    found = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"] if arns else []
    waiting = [
        (deployment["serviceDeploymentArn"], hook["hookId"])
        for deployment in found
        for hook in deployment.get("lifecycleHookDetails", [])
        if hook["status"] == "AWAITING_ACTION"
    ]
    if not waiting:
        return
    console.print("The new tasks take test traffic, and no visitor's yet.")
    action = "CONTINUE" if works() else "ROLLBACK"
    for deployment, hook in waiting:
        try:
            ecs.continue_service_deployment(serviceDeploymentArn=deployment, hookId=hook, action=action)
        except ClientError as error:
            # Somebody at the console was faster, or an alarm.
            console.print(f"{deployment}: {error}")
    console.print({"CONTINUE": "They work: visitors follow.", "ROLLBACK": "They do not work: ECS takes them away."}[action])
