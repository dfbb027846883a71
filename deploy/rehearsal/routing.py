"""The way of a request: CloudFront, HTTP API, load balancer, container; pieced together where the embedded AWS has a gap.

Three gaps, all named in the report: there is no VPC link, CloudFront refuses to ask a host of Amazon's, and there is no
TLS (a visitor's request says that it came by https, which CloudFront believes there).
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from deploy import containers
from deploy.rehearsal.relay import relay
from tests.journey import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deploy.rehearsal.account import Account
    from deploy.rehearsal.containers import RunningContainer


def register(account: Account, running: Sequence[RunningContainer]) -> None:
    """Put each container into the target group that its ECS service names for it.

    The services' own load balancer settings are followed where they were deployed; on EC2 the embedded AWS has none, as
    it knows no capacity provider, and the target group of the service's noun is taken.
    """
    stack = account.stack("services")
    groups = {service.name: f"{service.noun}TargetGroup" for service in containers.SERVICES}
    for service in stack.of_type("AWS::ECS::Service").values():
        groups |= {each["ContainerName"]: each["TargetGroupArn"]["Ref"] for each in service["Properties"]["LoadBalancers"]}
    for each in running:
        account.client("elbv2").register_targets(
            TargetGroupArn=stack.physical_ids[groups[each.container.name]],
            Targets=[{"Id": each.address, "Port": each.container.port}],
        )


@contextmanager
def connected(account: Account) -> Iterator[None]:
    """CloudFront reaches the HTTP API, and the HTTP API the load balancer, for the length of the block."""
    api_id = api_of(account)
    # `app/<name>/<id>`, as metrics name it
    load_balancer = account.stack("platform").outputs["LoadBalancerName"].split("/")[1]
    with ExitStack() as relays:
        to_load_balancer = relays.enter_context(relay(f"{account.emulator.url}/_alb/{load_balancer}"))
        to_api = relays.enter_context(relay(direct(account)))
        api = account.stack("api")
        for integration in api.of_type("AWS::ApiGatewayV2::Integration"):
            account.client("apigatewayv2").update_integration(
                ApiId=api_id,
                IntegrationId=api.physical_ids[integration],
                IntegrationUri=f"http://127.0.0.1:{to_load_balancer}",
            )
        _point_distribution(account, to_api)
        yield


def direct(account: Account) -> str:
    """The HTTP API's own address, which a visitor is not meant to use."""
    return f"{account.emulator.url}/_aws/execute-api/{api_of(account)}"


def api_of(account: Account) -> str:
    """The HTTP API's id."""
    return account.stack("api").outputs["ApiId"]


def site(account: Account) -> Site:
    """What a visitor's browser knows: the address of the distribution and the web client."""
    identity = account.stack("identity").outputs
    return Site(
        url=account.emulator.url,
        region=account.emulator.region,
        user_pool_id=identity["UserPoolId"],
        client_id=identity["WebClientId"],
        cognito_endpoint=account.emulator.url,
        headers={"Host": account.stack("web").outputs["DistributionHost"], "X-Forwarded-Proto": "https"},
    )


def _point_distribution(account: Account, port: int) -> None:
    """Give the origin of the API the relay's address; everything else of the distribution stays as it was deployed."""
    cloudfront = account.client("cloudfront")
    distribution = account.stack("web").outputs["DistributionId"]
    found = cloudfront.get_distribution_config(Id=distribution)
    config = found["DistributionConfig"]
    host = account.stack("api").outputs["ApiHost"]
    (origin,) = (each for each in config["Origins"]["Items"] if each["DomainName"] == host)
    origin["DomainName"] = "127.0.0.1"
    origin["CustomOriginConfig"] |= {"HTTPPort": port, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    cloudfront.update_distribution(Id=distribution, IfMatch=found["ETag"], DistributionConfig=config)
