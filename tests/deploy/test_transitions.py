"""Capacity, task layout, profile and the way of a deployment can be changed on a running environment, in every direction.

The deployments are computed stack by stack, in the order in which deploy.py makes them.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations, product
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from deploy.configuration import CAPACITIES, DEPLOYMENTS, PROFILES, TASK_LAYOUTS, Configuration
from deploy.stacks import STACKS

Options = tuple[str, str, str]
Deployed = dict[str, Options]
"""Short name of a stack to the options that it was deployed with last."""
OPTIONS = list(product(PROFILES, CAPACITIES, TASK_LAYOUTS))
NAMES = [stack.name for stack in STACKS]


@cache
def template(name: str, options: Options) -> dict[str, Any]:
    """The stack of the environment ``dev``."""
    profile, capacity, task_layout = options
    (stack,) = (each for each in STACKS if each.name == name)
    return stack.template(Configuration("dev", capacity, task_layout, profile)).to_dict()


def named(value: Any, *functions: str) -> set[str]:
    """What ``functions`` in ``value`` name: logical ids for Ref and Fn::GetAtt, exports for Fn::ImportValue."""
    if isinstance(value, list):
        return set().union(*(named(item, *functions) for item in value))
    if not isinstance(value, dict):
        return set()
    here = [value[function] for function in functions if function in value]
    if here:
        return {each[0] if isinstance(each, list) else each for each in here}
    return set().union(*(named(item, *functions) for item in value.values()))


@cache
def imports(name: str, options: Options) -> set[str]:
    return named(template(name, options), "Fn::ImportValue")


@cache
def exports(name: str, options: Options) -> dict[str, Any]:
    outputs = template(name, options).get("Outputs", {})
    return {f"todo-dev-{name}-{output}": body["Value"] for output, body in outputs.items()}


@cache
def create_only(kind: str) -> list[list[str]]:
    """Properties that cannot be changed, as paths: ``["AutoScalingGroupProvider", "AutoScalingGroupArn"]``."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return [path.split("/")[2:] for path in schema.get("createOnlyProperties", [])]


def at(properties: Any, path: list[str]) -> Any:
    for key in path:
        properties = properties.get(key) if isinstance(properties, dict) else None
    return properties


def is_replaced(before: dict[str, Any], after: dict[str, Any], others: set[str]) -> bool:
    """Whether CloudFormation makes a resource again: what cannot be changed differs, or names one of ``others``."""
    pairs = [(at(before.get("Properties"), path), at(after.get("Properties"), path)) for path in create_only(after["Type"])]
    return before["Type"] != after["Type"] or any(
        was != is_now or named(is_now, "Ref", "Fn::GetAtt") & others for was, is_now in pairs
    )


@cache
def replaced(name: str, before: Options, after: Options) -> set[str]:
    """Logical ids of the resources that are made again."""
    old, new = template(name, before)["Resources"], template(name, after)["Resources"]
    found: set[str] = set()
    while more := {each for each in old.keys() & new.keys() if is_replaced(old[each], new[each], found)} - found:
        found |= more
    return found


@cache
def unavailable(name: str, before: Options, after: Options) -> set[str]:
    """Exports that the deployment takes away or gives another value."""
    old, new = exports(name, before), exports(name, after)
    again = replaced(name, before, after)
    return {each for each, value in old.items() if new.get(each) != value or named(value, "Ref", "Fn::GetAtt") & again}


@cache
def providers_used(options: Options) -> dict[str, set[str]]:
    """Capacity providers that the services, and the schedule of the purge, ask for."""
    services = [each for each in template("services", options)["Resources"].values() if each["Type"] == "AWS::ECS::Service"]
    schedule = template("purge", options)["Resources"]["PurgeSchedule"]["Properties"]["Target"]["EcsParameters"]
    return {
        "services": {
            str(item["CapacityProvider"]) for each in services for item in each["Properties"]["CapacityProviderStrategy"]
        },
        "purge": {str(item["CapacityProvider"]) for item in schedule["CapacityProviderStrategy"]},
    }


@cache
def providers_there(options: Options) -> set[str]:
    """Those that the cluster is associated with, as the stacks that use them name them."""
    association = template("platform", options)["Resources"]["ClusterCapacity"]["Properties"]
    own = str({"Fn::ImportValue": "todo-dev-platform-CapacityProviderName"})
    return {each if isinstance(each, str) else own for each in association["CapacityProviders"]}


def in_use(name: str, deployed: Deployed) -> set[str]:
    """Exports that stacks other than ``name`` import."""
    return set().union(*(imports(other, options) for other, options in deployed.items() if other != name))


def deploy_order(deployed: Deployed, after: Options) -> list[str]:
    """As Rollout.deploy has it: a stack that loses an export which another imports comes last."""
    lost = {name: exports(name, before).keys() - exports(name, after).keys() for name, before in deployed.items()}
    return sorted(NAMES, key=lambda name: bool(lost[name] & in_use(name, deployed)))


@pytest.mark.parametrize(("before", "after"), list(permutations(OPTIONS, 2)), ids="-".join)
def test_every_step_can_be_deployed(before: Options, after: Options) -> None:
    """AWS CloudFormation user guide, "Get exported outputs from a deployed CloudFormation stack": an output that another stack
    imports can be neither removed nor changed. Amazon ECS API reference, PutClusterCapacityProviders: a capacity provider
    that is in use cannot be taken from its cluster, and one that is not associated cannot be asked for.
    """
    deployed = dict.fromkeys(NAMES, before)
    for name in deploy_order(deployed, after):
        assert not unavailable(name, before, after) & in_use(name, deployed), name
        deployed[name] = after
        assert imports(name, after) <= set().union(*(exports(each, options) for each, options in deployed.items())), name
        for user in ("services", "purge"):
            assert providers_used(deployed[user])[user] <= providers_there(deployed["platform"]), name


def test_fargate_is_associated_whatever_the_capacity() -> None:
    for options in OPTIONS:
        assert providers_there(options) >= {"FARGATE", "FARGATE_SPOT"}


@pytest.mark.parametrize("options", OPTIONS, ids="-".join)
def test_another_way_of_deployment_moves_no_traffic(options: Options) -> None:
    """It changes what ECS does at the next deployment, and neither a rule nor a target group, whose weights are ECS's: what
    CloudFormation changes of a rule puts it back on its first group (aws-cdk #36649).
    """
    profile, capacity, task_layout = options
    for stack in STACKS:
        ways = [
            stack.template(Configuration("dev", capacity, task_layout, profile, deployment=each)).to_dict()
            for each in DEPLOYMENTS
        ]
        for template in ways:
            for resource in template["Resources"].values():
                if resource["Type"] == "AWS::ECS::Service":
                    del resource["Properties"]["DeploymentConfiguration"]
        assert ways == [ways[0]] * len(DEPLOYMENTS)
