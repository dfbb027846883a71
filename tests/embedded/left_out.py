"""Templates for the embedded AWS: the same ones, without what it cannot create.

``LEFT_OUT`` and ``LEFT_OUT_WITH`` are the written list. A resource that refers to one that is left out goes too, as do the
outputs that name it; a mere ``DependsOn`` is dropped and its resource stays.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

NOT_CREATED: Final = "the embedded AWS refuses the whole stack when it meets this type"

LEFT_OUT: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "AWS::ApiGatewayV2::VpcLink",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Backup::BackupSelection",
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::EC2::EIP",
        "AWS::EC2::FlowLog",
        "AWS::EC2::NatGateway",
        "AWS::EC2::NetworkAcl",
        "AWS::EC2::NetworkAclEntry",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SubnetNetworkAclAssociation",
        "AWS::ECS::CapacityProvider",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        "AWS::IAM::OIDCProvider",
        "AWS::Logs::Delivery",
        "AWS::Logs::DeliveryDestination",
        "AWS::Logs::DeliverySource",
        "AWS::Logs::QueryDefinition",
        "AWS::WAFv2::LoggingConfiguration",
    ),
    NOT_CREATED,
)
"""Resource type to the reason it is left out."""

LEFT_OUT_WITH: Final[Mapping[tuple[str, str], str]] = {
    ("AWS::CloudWatch::Alarm", "Metrics"): "the embedded AWS creates alarms on one metric, not on metric math",
}
"""Resource type and a property it has, to the reason it is left out."""

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


def without_left_out(
    template: Mapping[str, Any], *, missing_exports: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """The template (as plain data) that the embedded AWS can create, and ``{logical id: reason}`` of what it lost.

    ``missing_exports``: names of exports that earlier stacks lost; what imports them is left out as well.
    """
    reduced = copy.deepcopy(dict(template))
    resources: dict[str, Any] = reduced["Resources"]
    left_out = {name: reason for name, resource in resources.items() if (reason := _refusal(resource))}
    while found := dict(_dependents(resources, left_out, missing_exports)):
        left_out |= found
    reduced["Resources"] = {
        name: _without_dependency(resource, left_out) for name, resource in resources.items() if name not in left_out
    }
    outputs = {
        name: output
        for name, output in reduced.get("Outputs", {}).items()
        if not _names(output["Value"]) & left_out.keys() and not _imports(output["Value"]) & set(missing_exports)
    }
    if "Outputs" in reduced:
        reduced["Outputs"] = outputs
    return reduced, left_out


def exports(template: Mapping[str, Any], stack_name: str) -> set[str]:
    """The names a template's outputs are exported under when it is deployed as ``stack_name``."""
    found = (output.get("Export", {}).get("Name") for output in template.get("Outputs", {}).values())
    return {name["Fn::Sub"].replace("${AWS::StackName}", stack_name) for name in found if name}


def _refusal(resource: Mapping[str, Any]) -> str | None:
    if reason := LEFT_OUT.get(resource["Type"]):
        return reason
    properties = resource.get("Properties", {})
    return next(
        (reason for (kind, name), reason in LEFT_OUT_WITH.items() if kind == resource["Type"] and name in properties),
        None,
    )


def _dependents(
    resources: Mapping[str, Any], left_out: Mapping[str, str], missing_exports: Collection[str]
) -> Iterator[tuple[str, str]]:
    for name, resource in resources.items():
        if name in left_out:
            continue
        properties = resource.get("Properties", {})
        if needed := sorted(_names(properties) & left_out.keys()):
            yield name, f"it refers to {needed[0]}, which is left out"
        elif needed := sorted(_imports(properties) & set(missing_exports)):
            yield name, f"it imports {needed[0]}, which is left out"


def _without_dependency(resource: dict[str, Any], left_out: Mapping[str, str]) -> dict[str, Any]:
    if "DependsOn" not in resource:
        return resource
    depends_on = resource.pop("DependsOn")
    names = [depends_on] if isinstance(depends_on, str) else depends_on
    kept = [name for name in names if name not in left_out]
    return {**resource, "DependsOn": kept} if kept else resource


def _names(value: Any) -> set[str]:
    """The logical ids that a value refers to by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        return set().union(*map(_names, value))
    if not isinstance(value, dict):
        return set()
    if isinstance(value.get("Ref"), str):
        return {value["Ref"]}
    if "Fn::GetAtt" in value:
        target = value["Fn::GetAtt"]
        return {target.split(".")[0] if isinstance(target, str) else target[0]}
    found = set().union(*map(_names, value.values())) if value else set()
    if isinstance(text := value.get("Fn::Sub"), str):
        found |= set(_PLACEHOLDER.findall(text))
    elif isinstance(text, list):
        found |= set(_PLACEHOLDER.findall(text[0])) - set(text[1])
    return found


def _imports(value: Any) -> set[str]:
    """The export names that a value imports."""
    if isinstance(value, list):
        return set().union(*map(_imports, value))
    if not isinstance(value, dict):
        return set()
    if isinstance(name := value.get("Fn::ImportValue"), str):
        return {name}
    return set().union(*map(_imports, value.values())) if value else set()
