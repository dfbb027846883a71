"""The images, built from this checkout. They run as ECS runs them: docs/deploying.md says how."""

import json

import pytest

from deploy import contract
from tests import containers


@pytest.fixture(scope="session", params=contract.SERVICES, ids=lambda service: service.name)
def service(request):
    return request.param


@pytest.fixture(scope="session")
def image(service):
    return containers.built(service.name)


@pytest.fixture(scope="session")
def options(service):
    """The variables that the task definition sets, with names of things that are not there: starting needs none of them."""
    values = dict.fromkeys(service.environment, "none")
    values |= {"DJANGO_SETTINGS_MODULE": service.settings, "ALLOWED_HOSTS": "127.0.0.1", "AWS_REGION": "eu-central-1"}
    values |= {"WEB_CONCURRENCY": str(contract.WORKERS), "WEB_THREADS": str(contract.THREADS), "SECRET_KEY": "s" * 50}
    return [f"--env={name}={value}" for name, value in values.items()]


@pytest.fixture
def look(image):
    """What a Python program prints inside the image, as JSON."""

    def look(program, *arguments):
        confined = [*containers.confinement(), "--rm", "--network=none"]
        return json.loads(containers.call("run", *confined, image, "python", "-c", program, *arguments))

    return look
