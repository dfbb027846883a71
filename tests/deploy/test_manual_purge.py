"""A purge by hand (docs/how-to/deploying.md) runs on the capacity that the schedule uses, whichever that is."""

import re
from pathlib import Path
from typing import Any

import botocore.session

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "deploying.md").read_text()
SESSION = botocore.session.get_session()


def provider(deployment: Any) -> Any:
    """The capacity provider that the schedule names."""
    (schedule,) = deployment.resources("AWS::Scheduler::Schedule")
    (item,) = schedule["Target"]["EcsParameters"]["CapacityProviderStrategy"]
    return item["CapacityProvider"]


def members(service: str, shape: str) -> dict[str, str]:
    return {name: member.type_name for name, member in SESSION.get_service_model(service).shape_for(shape).members.items()}


def test_it_works(deployment: Any) -> None:
    """The cluster has the provider: instances where the tasks run on them, else Fargate on demand."""
    if deployment.uses_ec2:
        assert deployment.target(provider(deployment)) == "CapacityProvider"
    else:
        assert provider(deployment) == "FARGATE"
        assert "FARGATE" in deployment.resource("ClusterCapacity")["CapacityProviders"]


def test_the_command_reads_the_strategy_of_the_schedule(deployment: Any) -> None:
    (name, path) = re.search(r"get-schedule --name todo-prod-purge(\S+) --query (\S+) --output json", PAGE).groups()
    (schedule,) = deployment.resources("AWS::Scheduler::Schedule")
    assert schedule["Name"] == {"Fn::Sub": f"${{AWS::StackName}}{name}"}
    shape = SESSION.get_service_model("scheduler").operation_model("GetSchedule").output_shape
    for part in path.split("."):
        shape = shape.members[part]
    assert shape.member.name == "CapacityProviderStrategyItem"
    assert '--capacity-provider-strategy "$STRATEGY"' in PAGE


def test_ecs_takes_the_strategy_as_the_scheduler_writes_it() -> None:
    item = "CapacityProviderStrategyItem"
    assert members("scheduler", item) == members("ecs", item)
