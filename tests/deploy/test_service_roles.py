"""Service-linked roles: an account gets what it lacks, once."""

import pytest
from botocore.exceptions import ClientError

from deploy.release import account


@pytest.fixture
def iam(emulator):
    return emulator.client("iam")


def test_it_works(iam):
    iam.create_service_linked_role(AWSServiceName="elasticloadbalancing.amazonaws.com")
    made = account.create_service_linked_roles(iam)
    assert {"ecs.amazonaws.com", "autoscaling.amazonaws.com", "ops.apigateway.amazonaws.com"} < set(made)
    assert "elasticloadbalancing.amazonaws.com" not in made
    assert account.create_service_linked_roles(iam) == []


def test_another_failure_is_not_passed_over():
    class Refused:
        def create_service_linked_role(self, **_):
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "CreateServiceLinkedRole")

    with pytest.raises(ClientError):
        account.create_service_linked_roles(Refused())
