"""Templates for the embedded AWS: what it understands only when said in other words. The meaning stays the same.

left_out.py is about what it cannot create at all; this is about what it can. ``REASONS`` is the written list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

REASONS: Final = {
    "AWS::EC2::VPC": "its attribute CidrBlock is unknown there: the range it was given is written instead",
    "AWS::SecretsManager::Secret": "Ref is its name there and not its ARN: the attribute Id is asked for, which is",
    "AWS::S3::BucketPolicy": "it speaks plain HTTP only: the statement that refuses plain HTTP is dropped",
    "AWS::ApiGatewayV2::Integration": "there is no VPC link: the integration is pointed at the load balancer's address",
    "AWS::CloudFront::Distribution": "it asks no host of Amazon's and has no Node: the API's origin is itself, functions go",
    "AWS::ECS::TaskDefinition": "it keeps only parts of containers whose names start small, as in ECS's own API",
    "AWS::IAM::Role": "its ECS cannot assume roles: the account may assume those that trust ECS",
    "AWS::ECS::Service": "it rolls, on Fargate: no capacity provider, strategy, alarm, hook or alternate target group",
}
"""Resource type to what is said differently, and why."""

ECS_PARTS: Final = ("Secrets", "HealthCheck", "LinuxParameters")
"""Parts of a container definition that the embedded AWS passes on to its ECS as they are written."""

ROLLING: Final = ("MinimumHealthyPercent", "MaximumPercent", "DeploymentCircuitBreaker")
"""What stays of how a service is deployed."""

PLAIN_HTTP: Final = {"Bool": {"aws:SecureTransport": "false"}}
ECS: Final = {"Service": "ecs-tasks.amazonaws.com"}
ACCOUNT: Final = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}


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
        elif resource["Type"] == "AWS::CloudFront::Distribution":
            config = resource["Properties"]["DistributionConfig"]
            config["DefaultCacheBehavior"].pop("FunctionAssociations", None)
            for origin in config["Origins"]:
                _ask_here(origin, endpoint_url)
        elif resource["Type"] == "AWS::ECS::TaskDefinition":
            for container in resource["Properties"]["ContainerDefinitions"]:
                container |= {name: _small(container[name]) for name in ECS_PARTS if name in container}
        elif resource["Type"] == "AWS::ECS::Service":
            _roll(resource["Properties"])
        elif resource["Type"] == "AWS::IAM::Role":
            statements = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            statements += [{**each, "Principal": ACCOUNT, "Condition": {}} for each in statements if each["Principal"] == ECS]
        elif resource["Type"] == "AWS::S3::BucketPolicy":
            document = resource["Properties"]["PolicyDocument"]
            document["Statement"] = [each for each in document["Statement"] if each.get("Condition") != PLAIN_HTTP]
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


def _by_address(integration: Mapping[str, Any], endpoint_url: str) -> dict[str, Any]:
    """The integration with the load balancer that its listener's ARN names: ``…:listener/app/<name>/<id>/<id>``."""
    if integration.get("ConnectionType") != "VPC_LINK":
        return dict(integration)
    rest = {key: value for key, value in integration.items() if key not in {"ConnectionType", "ConnectionId"}}
    name = {"Fn::Select": [2, {"Fn::Split": ["/", integration["IntegrationUri"]]}]}
    return {**rest, "IntegrationUri": {"Fn::Join": ["/", [endpoint_url.rstrip("/"), "_alb", name]]}}


def _ask_here(origin: dict[str, Any], endpoint_url: str) -> None:
    """Point the API's origin at the embedded AWS: ``<id>.execute-api…`` is a path there."""
    if "CustomOriginConfig" not in origin:
        return
    url = urlsplit(endpoint_url)
    api = {"Fn::Select": [0, {"Fn::Split": [".", origin["DomainName"]]}]}
    origin["OriginPath"] = {"Fn::Join": ["", ["/_aws/execute-api/", api]]}
    origin["DomainName"] = url.hostname
    origin["CustomOriginConfig"] = {"HTTPPort": url.port, "OriginProtocolPolicy": "http-only"}


def _roll(service: dict[str, Any]) -> None:
    service.pop("CapacityProviderStrategy", None)
    deployment = service.get("DeploymentConfiguration", {})
    service["DeploymentConfiguration"] = {name: deployment[name] for name in ROLLING if name in deployment}
    for balancer in service.get("LoadBalancers", []):
        balancer.pop("AdvancedConfiguration", None)


def _small(value: Any) -> Any:
    """The value with keys that start small, as in the ECS API; CloudFormation's functions stay as they are."""
    if isinstance(value, list):
        return [_small(item) for item in value]
    if not isinstance(value, dict):
        return value
    if next(iter(value), "").startswith(("Fn::", "Ref")):
        return {key: _small(item) if key == "Fn::If" else item for key, item in value.items()}
    return {key[0].lower() + key[1:]: _small(item) for key, item in value.items()}
