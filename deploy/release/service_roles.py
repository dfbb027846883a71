"""The service-linked roles that an account needs before its first stack, and has for good from then on.

AWS services make their own when somebody with the right to do so first uses them. The pipeline has no such right, and a
cluster, a VPC link or a scalable target that comes first fails. So a release makes all of them, once for each account.
"""

import re
from typing import Any, Final

from botocore.exceptions import ClientError

SERVICES: Final = (
    "autoscaling.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ops.apigateway.amazonaws.com",
    "wafv2.amazonaws.com",
)


def make(iam: Any) -> list[str]:
    """Make those that are missing; returns their services."""
    made = []
    for service in SERVICES:
        try:
            iam.create_service_linked_role(AWSServiceName=service)
        except ClientError as error:
            if not re.search("has been taken|already exists", str(error)):
                raise
        else:
            made.append(service)
    return made
