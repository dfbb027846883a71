"""What stacks take for granted of the account and its region."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from deploy.release.deployment import DeploymentError
from deploy.stacks.network import zones


def zone_ids(ec2: Any, region: str, given: Sequence[str]) -> str:
    """The parameter ZoneIds of a network that is still to be made. Raises DeploymentError when the region cannot hold it.

    ``given``: zone ids from the command line, which are checked; without any, they are chosen.
    """
    only = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    offered = [zone["ZoneId"] for zone in ec2.describe_availability_zones(Filters=only)["AvailabilityZones"]]
    try:
        return ",".join(zones.choose(region, offered, given))
    except zones.ZoneError as error:
        raise DeploymentError(str(error)) from error


def allow_trunking(ecs: Any) -> None:
    """Let EC2 instances that are launched from now on hold more tasks than they have network interfaces.

    Source: Amazon ECS developer guide, "Increasing Amazon ECS Linux container instance network interfaces".
    """
    ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")


def is_imported(cloudformation: Any, export: str) -> bool:
    """Whether a stack imports the export of that name."""
    try:
        cloudformation.list_imports(ExportName=export)
    except ClientError as error:
        if "is not imported by any stack" not in error.response["Error"].get("Message", ""):
            raise
        return False
    return True
