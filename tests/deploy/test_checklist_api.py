"""Items 5 to 8 of the review checklist: the HTTP API."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest


def test_every_route_has_the_authorizer(deployment: Any) -> None:
    """5"""
    routes = deployment.resources("AWS::ApiGatewayV2::Route")
    assert len(routes) == 18
    assert {route["AuthorizationType"] for route in routes} == {"JWT"}
    assert {deployment.target(route["AuthorizerId"]) for route in routes} == {"Authorizer"}


def test_no_route_catches_everything(deployment: Any) -> None:
    """5"""
    keys = [route["RouteKey"] for route in deployment.resources("AWS::ApiGatewayV2::Route")]
    assert len(set(keys)) == len(keys)
    assert not [key for key in keys if key == "$default" or "+}" in key or key.startswith("ANY ")]


def test_the_authorizer_takes_issuer_and_audience_from_the_pool(deployment: Any) -> None:
    """6"""
    (authorizer,) = deployment.resources("AWS::ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert deployment.imported(authorizer["JwtConfiguration"]["Issuer"]) == (
        "identity",
        {"Fn::Sub": "https://${UserPool.ProviderName}"},
    )
    (audience,) = authorizer["JwtConfiguration"]["Audience"]
    assert deployment.target(audience) == "WebClient"


def test_the_integration_goes_through_the_link_to_the_listener(deployment: Any) -> None:
    """7"""
    (integration,) = deployment.resources("AWS::ApiGatewayV2::Integration")
    assert (integration["ConnectionType"], integration["IntegrationType"]) == ("VPC_LINK", "HTTP_PROXY")
    assert deployment.target(integration["IntegrationUri"]) == "Listener"
    assert deployment.target(integration["ConnectionId"]) == "VpcLink"
    assert integration["TimeoutInMillis"] == 30_000


def test_identity_headers_are_overwritten(deployment: Any) -> None:
    """7"""
    (integration,) = deployment.resources("AWS::ApiGatewayV2::Integration")
    assert integration["RequestParameters"] == {
        "overwrite:header.x-authenticated-sub": "$context.authorizer.claims.sub",
        "overwrite:header.x-request-id": "$context.requestId",
    }


def test_the_stage_logs_who_asked_and_how_it_went(deployment: Any) -> None:
    """8"""
    (stage,) = deployment.resources("AWS::ApiGatewayV2::Stage")
    line = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert line >= {
        "$context.requestId",
        "$context.authorizer.claims.sub",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationErrorMessage",
    }
    assert "$context.path" not in line, "paths hold ids and mail addresses"


def test_the_stage_throttles(deployment: Any) -> None:
    """8"""
    (stage,) = deployment.resources("AWS::ApiGatewayV2::Stage")
    settings = stage["DefaultRouteSettings"]
    assert 0 < settings["ThrottlingRateLimit"] <= settings["ThrottlingBurstLimit"]


def test_no_foreign_origin_may_call_unless_it_is_named(deployment: Any) -> None:
    """8: site and API have one origin. API Gateway developer guide, "Configure CORS for HTTP APIs": preflight requests are
    served by the API itself, without a route.
    """
    (api,) = deployment.resources("AWS::ApiGatewayV2::Api")
    condition, cors, otherwise = api["CorsConfiguration"]["Fn::If"]
    assert (condition, otherwise) == ("HasCorsAllowedOrigins", {"Ref": "AWS::NoValue"})
    assert deployment.templates["api"]["Parameters"]["CorsAllowedOrigins"]["Default"] == ""
    assert cors == {
        "AllowOrigins": {"Ref": "CorsAllowedOrigins"},
        "AllowMethods": ["DELETE", "GET", "PATCH", "POST"],
        "AllowHeaders": ["authorization", "content-type", "idempotency-key", "if-match"],
        "ExposeHeaders": ["etag", "location", "retry-after", "www-authenticate", "x-request-id"],
        "MaxAge": 3600,
    }


@pytest.mark.parametrize("origin", ["*", "https://*", "https://example.com/", "example.com", "null"])
def test_an_origin_that_is_none_is_refused(deployment: Any, origin: str) -> None:
    pattern = deployment.templates["api"]["Parameters"]["CorsAllowedOrigins"]["AllowedPattern"]
    assert not re.fullmatch(pattern, origin)
    assert re.fullmatch(pattern, "https://todo.example.com")
