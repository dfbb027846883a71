"""schemathesis: the description of both services against both services in their containers, with every check it has."""

import os
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from tests.prove.record import some
from tests.prove.serving import Container

EXAMPLES = some(60)  # for each operation, besides those that schemathesis derives from the description

REQUEST_LINE_MAX = 4094  # characters, gunicorn's limit_request_line

config = schemathesis.Config()
# A well-formed If-Match that names another version is refused with 412, as described.
config.projects.default.checks.positive_data_acceptance.expected_statuses = [
    *config.projects.default.checks.positive_data_acceptance.expected_statuses,
    "412",
]
described = APIClient().get("/api/schema/", headers={"host": "localhost"}).content
schema = schemathesis.openapi.from_file(StringIO(described.decode()), config=config)


@pytest.fixture(scope="session")
def containers() -> Iterator[dict[str, Container]]:
    """Both services, on the embedded AWS of this test process."""
    from django.conf import settings as ours  # noqa: PLC0415 configured by now

    names = (
        "SECRET_KEY",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "TODOS_TABLE",
        "FILES_TABLE",
        "ATTACHMENTS_BUCKET",
        "COGNITO_JWKS_URL",
    )
    variables = {name: str(getattr(ours, name)) for name in (*names, "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID")}
    keys = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    given = {**variables, **keys, "ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    started = {service: Container(service, given) for service in ("todos", "files")}
    yield started
    for container in started.values():
        container.stop()


@pytest.mark.timeout(600)
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_as_described(case: Any, alice: Any, containers: dict[str, Container], proof: Any) -> None:
    proof.of(
        "Nobody in",
        "Whatever is sent, both services respond as their OpenAPI description says, and never with a crash",
        f"schemathesis, all its checks, over HTTP to both containers: {EXAMPLES} generated requests for each operation and those "
        "derived from the description",
    )
    proof.times += 1
    container = containers["files" if "/files" in case.path else "todos"]
    options = {"base_url": container.url, "headers": {"Authorization": f"Bearer {alice.tokens.access}"}}
    answer = case.call(**options)
    for _ in range(10):  # the embedded AWS may be late on a busy computer: clients come again, as they are told to
        if answer.status_code != 503 or "retry-after" not in answer.headers:
            break
        answer = case.call(**options)
    if answer.status_code == 414:
        # gunicorn's own refusal, before there is a route that could describe it (docs/api.md).
        assert len(f"{case.method} {answer.request.path_url} HTTP/1.1") > REQUEST_LINE_MAX
        return
    case.validate_response(answer, headers=options["headers"], transport_kwargs={"base_url": container.url})
