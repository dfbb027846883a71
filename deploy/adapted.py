"""Templates for the embedded AWS: what it understands only when said in other words. The meaning stays the same.

deploy/embedded.py leaves out what it cannot create at all; this is about what it can. ``REASONS`` is the written list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

REASONS: Final = {
    "AWS::EC2::VPC": "its attribute CidrBlock is unknown there: the range it was given is written instead",
    "AWS::SecretsManager::Secret": "Ref is its name there and not its ARN: the attribute Id is asked for, which is",
    "AWS::S3::BucketPolicy": "it speaks plain HTTP only: the statement that refuses plain HTTP is dropped",
    "AWS::ApiGatewayV2::Integration": "there is no VPC link: the integration is pointed at the load balancer's address",
}
"""Resource type to what is said differently, and why."""


def in_other_words(template: Mapping[str, Any], endpoint_url: str) -> dict[str, Any]:
    """The template (JSON data) as the embedded AWS at ``endpoint_url`` understands it."""
    ranges = {
        name: resource["Properties"]["CidrBlock"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::EC2::VPC"
    }
    secrets = {name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::SecretsManager::Secret"}
    adapted: dict[str, Any] = _reworded(template, ranges, secrets)
    for resource in adapted["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Integration":
            resource["Properties"] = _by_address(resource["Properties"], endpoint_url)
        elif resource["Type"] == "AWS::S3::BucketPolicy":
            document = resource["Properties"]["PolicyDocument"]
            document["Statement"] = [each for each in document["Statement"] if not _refuses_plain_http(each)]
    return adapted


def _reworded(value: Any, ranges: Mapping[str, Any], secrets: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_reworded(item, ranges, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in secrets:
        return {"Fn::GetAtt": [value["Ref"], "Id"]}
    attribute = value.get("Fn::GetAtt")
    if isinstance(attribute, list) and attribute[1] == "CidrBlock" and attribute[0] in ranges:
        return ranges[attribute[0]]
    return {key: _reworded(item, ranges, secrets) for key, item in value.items()}


def _refuses_plain_http(statement: Mapping[str, Any]) -> bool:
    return bool(statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}})


def _by_address(integration: Mapping[str, Any], endpoint_url: str) -> dict[str, Any]:
    """The integration with the load balancer that its listener's ARN names: ``…:listener/app/<name>/<id>/<id>``."""
    if integration.get("ConnectionType") != "VPC_LINK":
        return dict(integration)
    rest = {key: value for key, value in integration.items() if key not in {"ConnectionType", "ConnectionId"}}
    name = {"Fn::Select": [2, {"Fn::Split": ["/", integration["IntegrationUri"]]}]}
    return {**rest, "IntegrationUri": {"Fn::Join": ["/", [endpoint_url.rstrip("/"), "_alb", name]]}}
