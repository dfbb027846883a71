"""What stacks need of the account and its region before they are deployed."""

import re
from collections.abc import Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from deploy.stacks.network import zones

SERVICE_LINKED_ROLES: Final = (
    "autoscaling.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ops.apigateway.amazonaws.com",
    "wafv2.amazonaws.com",
)
GITHUB_PROVIDER: Final = ":oidc-provider/token.actions.githubusercontent.com"


def create_service_linked_roles(iam: Any) -> list[str]:
    """Create the service-linked roles that are missing; returns their services.

    AWS creates one when somebody with the right to do so first uses the service. The pipeline has no such right, and a cluster,
    a VPC link or a scalable target that comes first fails.
    """
    created = []
    for service in SERVICE_LINKED_ROLES:
        try:
            iam.create_service_linked_role(AWSServiceName=service)
        except ClientError as error:
            if not re.search("has been taken|already exists", str(error)):
                raise
        else:
            created.append(service)
    return created


def github_provider(iam: Any) -> str:
    """The ARN of the account's OIDC provider for GitHub, of which it can have one; empty when bootstrap has to create it."""
    found = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return next((each["Arn"] for each in found if each["Arn"].endswith(GITHUB_PROVIDER)), "")


def zone_ids(ec2: Any, region: str, given: Sequence[str]) -> str:
    """The parameter ZoneIds of a new network: those ``given``, or chosen ones. Raises ZoneError when they cannot hold it."""
    only = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    offered = [zone["ZoneId"] for zone in ec2.describe_availability_zones(Filters=only)["AvailabilityZones"]]
    return ",".join(zones.choose(region, offered, given))


def is_imported(cloudformation: Any, export: str) -> bool:
    """Whether a stack imports the export of that name."""
    try:
        return bool(cloudformation.list_imports(ExportName=export)["Imports"])
    except ClientError as error:
        if "is not imported by any stack" not in str(error):
            raise
        return False
