"""Service-linked roles: an account gets what it lacks, once."""

import pytest
from botocore.exceptions import ClientError

from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.release import service_roles


@pytest.fixture
def iam():
    with Processes() as processes:
        yield Emulator(processes).client("iam")


def test_it_works(iam):
    iam.create_service_linked_role(AWSServiceName="elasticloadbalancing.amazonaws.com")
    made = service_roles.make(iam)
    assert {"ecs.amazonaws.com", "autoscaling.amazonaws.com", "ops.apigateway.amazonaws.com"} < set(made)
    assert "elasticloadbalancing.amazonaws.com" not in made
    assert service_roles.make(iam) == []


def test_another_failure_is_not_passed_over():
    class Refused:
        def create_service_linked_role(self, **_):
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "CreateServiceLinkedRole")

    with pytest.raises(ClientError):
        service_roles.make(Refused())
