"""The images, built from this checkout. They run as ECS runs them: docs/how-to/deploying.md says how."""

import json

import pytest

from deploy import containers
from tests import engine


@pytest.fixture(scope="session", params=containers.SERVICES, ids=lambda service: service.name)
def service(request):
    return request.param


@pytest.fixture(scope="session")
def image(service):
    return engine.built(service.name)


@pytest.fixture(scope="session")
def options(service):
    """The variables that the task definition sets, with names of things that are not there: starting needs none of them."""
    values = dict.fromkeys(service.environment, "none")
    values |= {"DJANGO_SETTINGS_MODULE": service.settings, "ALLOWED_HOSTS": "127.0.0.1", "AWS_REGION": "eu-central-1"}
    values |= {"WEB_CONCURRENCY": str(containers.WORKERS), "WEB_THREADS": str(containers.THREADS), "SECRET_KEY": "s" * 50}
    return [f"--env={name}={value}" for name, value in values.items()]


@pytest.fixture
def look(image):
    """What a Python program prints inside the image, as JSON."""

    def look(program, *arguments):
        confined = [*engine.confinement(), "--rm", "--network=none"]
        return json.loads(engine.call("run", *confined, image, "python", "-c", program, *arguments))

    return look
