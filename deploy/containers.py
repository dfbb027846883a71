"""What the containers, the load balancer and ECS promise each other: the one place of these names and numbers.

tests/deploy/test_containers.py holds them against todo_project's settings modules and gunicorn.conf.py.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

# Seconds, each longer than what it waits for:
GUNICORN_TIMEOUT: Final = 30
"""A worker that does not respond for this long is replaced; graceful_timeout is the same."""
API_TIMEOUT: Final = 30
"""The longest an HTTP API waits for its integration."""
IDLE_TIMEOUT: Final = 60
"""The load balancer gives an idle connection up after this: later than the API gives up waiting."""
KEEPALIVE: Final = 75
"""gunicorn gives an idle connection up after this: later than the load balancer, which so never uses a closed one."""
DEREGISTRATION_DELAY: Final = 45
"""A target that leaves still finishes requests for this long: longer than the API waits for one."""
STOP_TIMEOUT: Final = 90
"""Between SIGTERM and SIGKILL: longer than gunicorn's graceful timeout."""

HEALTH_PATH: Final = "/healthz"
HEALTH_INTERVAL: Final = 15
"""Seconds between two health checks of a target and of a container."""
HEALTH_TIMEOUT: Final = 12
"""Seconds one may take: /healthz waits for a thread like any request, and behind a full queue or an AWS that hangs longer."""
HEALTHY_AFTER: Final = 2
UNHEALTHY_AFTER: Final = 3
"""Checks in a row: a task is replaced after 45 seconds of silence, not because it is busy for ten."""
SERVER: Final = ("gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi")
PURGE: Final = ("python", "manage.py", "purge")
PURGE_DONE: Final = '"purged" ", 0 failures"'
"""CloudWatch Logs filter pattern for the last line of a purge that deleted all that was due."""
USER: Final = "10001:10001"
"""Who the processes run as; the image's USER."""
SCRATCH: Final = "/tmp"  # noqa: S108  the only folder a container may write to: uploads pass through it
SECRET: Final = "SECRET_KEY"  # noqa: S105  a name, not a value
PREVIOUS_SECRET: Final = "SECRET_KEY_FALLBACKS"  # noqa: S105
"""Keys that signed before; in the container only while `PreviousSecretKey` of stack services says so."""
ORIGIN_HEADER: Final = "x-origin-secret"
"""CloudFront sends it and the load balancer's rules require it."""
TEST_HEADER: Final = ("x-revision", "test")
"""Sent by the smoke test of a deployment: the load balancer forwards such requests to the new tasks before any visitor's."""
TRACES: Final = "http://127.0.0.1:4318/v1/traces"
"""Where the collector of a task takes OTLP; one task's containers share an address."""
COLLECTOR_MEMORY: Final = 128
"""MiB, its hard limit."""
LISTENER_PORT: Final = 80


@dataclass(frozen=True, slots=True)
class Service:
    """One of the two services: the container, and how the load balancer knows its requests.

    ``environment``: the names its settings module reads, without secrets. ``paths``: path patterns of its listener rules, and
    ``priority`` that of its production rule; its test rule comes right before.
    ``cpu_ms``: milliseconds of a vCPU that a request takes, of the mix of docs/reference/scaling.md: what scaling follows from.
    """

    name: str
    port: int
    settings: str
    environment: tuple[str, ...]
    paths: tuple[str, ...]
    priority: int
    cpu_ms: float

    @property
    def noun(self) -> str:
        """The scope in logical ids."""
        return self.name.capitalize()


_EVERY_SERVICE: Final = (
    "DJANGO_SETTINGS_MODULE",
    "ALLOWED_HOSTS",
    "AWS_REGION",
    "TODOS_TABLE",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "METRICS_NAMESPACE",
    "WEB_CONCURRENCY",
    "WEB_THREADS",
)

TODOS: Final = Service(
    name="todos",
    port=8080,
    settings="todo_project.settings.todos",
    environment=_EVERY_SERVICE,
    paths=("/api/*/todos", "/api/*/todos/*"),
    priority=10,
    cpu_ms=2.2,
)
FILES: Final = Service(
    name="files",
    port=8081,
    settings="todo_project.settings.files",
    environment=(*_EVERY_SERVICE, "FILES_TABLE", "ATTACHMENTS_BUCKET"),
    paths=("/api/*/files", "/api/*/files/*"),
    priority=20,
    cpu_ms=3.7,
)
SERVICES: Final = (TODOS, FILES)

WORKERS: Final = 2
THREADS: Final = 12


def problem(status: int, code: str, detail: str) -> str:
    """The JSON of a problem document (docs/reference/api.md, Errors), for what refuses a request in front of the services.

    The load balancer and WAF send it as application/json: neither takes application/problem+json as a content type.
    """
    document = {"type": f"urn:problem:todo:{code}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return json.dumps(document, separators=(",", ":"))
