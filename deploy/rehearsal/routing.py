"""From the load balancer to the running containers, and the address a visitor uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deploy import contract
from deploy.journey import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.rehearsal.account import Account
    from deploy.rehearsal.containers import RunningContainer

ORIGIN_SECRET: Final = "origin"  # noqa: S105  the last part of its name


def register(account: Account, running: Sequence[RunningContainer]) -> None:
    """Put each container into the target group that its ECS service names for it.

    The services' own load balancer settings are followed where they were deployed; on EC2 the embedded AWS has none, as
    it knows no capacity provider, and the target group of the service's noun is taken.
    """
    stack = account.stack("services")
    groups = {service.name: f"{service.noun}TargetGroup" for service in contract.SERVICES}
    for service in stack.of_type("AWS::ECS::Service").values():
        groups |= {each["ContainerName"]: each["TargetGroupArn"]["Ref"] for each in service["Properties"]["LoadBalancers"]}
    for each in running:
        account.client("elbv2").register_targets(
            TargetGroupArn=stack.physical_ids[groups[each.container.name]],
            Targets=[{"Id": each.address, "Port": each.container.port}],
        )


def site(account: Account) -> Site:
    """What a visitor's browser knows, with the header that CloudFront adds to what it passes on."""
    identity = account.stack("identity").outputs
    api = account.stack("api")
    (api_id,) = (api.physical_ids[name] for name in api.of_type("AWS::ApiGatewayV2::Api"))
    secret = account.client("secretsmanager").get_secret_value(SecretId=account.configuration.stack_name(ORIGIN_SECRET))
    return Site(
        url=f"{account.emulator.url}/_aws/execute-api/{api_id}",
        region=account.emulator.region,
        user_pool_id=identity["UserPoolId"],
        client_id=identity["WebClientId"],
        cognito_endpoint=account.emulator.url,
        headers={contract.ORIGIN_HEADER: secret["SecretString"]},
        passes_headers=False,
    )
