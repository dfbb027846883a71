"""Stack ``api``: the HTTP API with its authorizer, an explicit list of routes, throttles and access log."""

import json
from typing import Final

from troposphere import GetAtt, If, Join, NoValue, Ref, Sub, apigatewayv2

from deploy import containers
from deploy.configuration import Configuration
from deploy.shared.alarms import add_alarms
from deploy.shared.stack_template import StackTemplate, add_log_group
from deploy.stacks.api.routes import ROUTES, logical_id

STAGE: Final = "$default"
ACCESS_LOG: Final = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "sub": "$context.authorizer.claims.sub",
    "status": "$context.status",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
    "error": "$context.error.message",
}
"""One line per request. The route's template and not the path, which holds ids and mail addresses."""


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "api", "the HTTP API: authorizer, routes, throttles and access log")
    stack.optional("CorsAllowedOrigins")
    api = apigatewayv2.Api(
        "Api",
        stack,
        Name=Sub("${AWS::StackName}"),
        Description="To-dos and their attachments. CloudFront is the way in; without its secret every route is a 404.",
        ProtocolType="HTTP",
        CorsConfiguration=If("HasCorsAllowedOrigins", _cors(), NoValue),
    )
    authorizer = apigatewayv2.Authorizer(
        "Authorizer",
        stack,
        Metadata={"Description": "Checks each token against the user pool before anything is called."},
        ApiId=Ref(api),
        Name="tokens-of-the-user-pool",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration=apigatewayv2.JWTConfiguration(
            Issuer=stack.imported("identity", "Issuer"), Audience=[stack.imported("identity", "WebClientId")]
        ),
    )
    integration = apigatewayv2.Integration(
        "LoadBalancerIntegration",
        stack,
        Metadata={"Description": "Passes requests to the load balancer through the VPC link."},
        ApiId=Ref(api),
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=stack.imported("platform", "ListenerArn"),
        ConnectionType="VPC_LINK",
        ConnectionId=stack.imported("platform", "VpcLinkId"),
        PayloadFormatVersion="1.0",
        TimeoutInMillis=containers.API_TIMEOUT * 1000,
        # Clients cannot set these. The services trust the token alone, which they verify again.
        RequestParameters={
            "overwrite:header.x-authenticated-sub": "$context.authorizer.claims.sub",
            "overwrite:header.x-request-id": "$context.requestId",
        },
    )
    for route in ROUTES:
        apigatewayv2.Route(
            logical_id(route),
            stack,
            Metadata={"Description": "Needs a token."},
            ApiId=Ref(api),
            RouteKey=route,
            Target=Join("/", ["integrations", Ref(integration)]),
            AuthorizationType="JWT",
            AuthorizerId=Ref(authorizer),
        )
    _add_stage(stack, api)
    add_alarms(stack, "stage", {"ApiId": Ref(api), "Stage": STAGE})
    stack.publish("ApiId", "The HTTP API.", Ref(api))
    stack.publish(
        "ApiHost",
        "Host of the API's endpoint, which is CloudFront's origin.",
        Sub(f"${{{api.title}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}"),
    )
    return stack


def _cors() -> apigatewayv2.Cors:
    """API Gateway itself handles preflight requests, without a route or a token, and adds its headers to the services' responses.

    Source: API Gateway developer guide, "Configure CORS for HTTP APIs".
    """
    return apigatewayv2.Cors(
        AllowOrigins=Ref("CorsAllowedOrigins"),
        AllowMethods=sorted({route.split()[0] for route in ROUTES}),
        AllowHeaders=["authorization", "content-type", "idempotency-key", "if-match"],
        ExposeHeaders=["etag", "location", "retry-after", "www-authenticate", "x-request-id"],
        MaxAge=3_600,  # seconds that a browser may remember it
    )


def _add_stage(stack: StackTemplate, api: apigatewayv2.Api) -> None:
    group = add_log_group(stack, "AccessLogGroup", "One line for each request to the API.")
    stack.publish("AccessLogGroupName", "Log group of the access log.", Ref(group))
    configuration = stack.configuration
    apigatewayv2.Stage(
        "Stage",
        stack,
        Metadata={"Description": "Throttles and logs every request."},
        ApiId=Ref(api),
        StageName=STAGE,
        AutoDeploy=True,
        AccessLogSettings=apigatewayv2.AccessLogSettings(
            DestinationArn=GetAtt(group, "Arn"), Format=json.dumps(ACCESS_LOG, separators=(",", ":"))
        ),
        DefaultRouteSettings=apigatewayv2.RouteSettings(
            # Six metrics for each route are charged; the services' own lines have them by route already.
            DetailedMetricsEnabled=False,
            ThrottlingRateLimit=configuration.settings.requests_per_second,
            ThrottlingBurstLimit=configuration.settings.requests_per_second * 2,
        ),
    )
