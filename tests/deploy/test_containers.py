"""deploy/containers.py says what the containers really do: compared with the settings modules and gunicorn's configuration."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from deploy import containers
from deploy.containers import FILES, SERVICES, TODOS, Service
from tests.settings.alone import read

ROOT = Path(__file__).parents[2]

# Boots a container's process as the task definition does and prints what gunicorn and Django then hold.
PROBE = """
import json, runpy
from django.conf import settings
gunicorn = runpy.run_path("todo_project/gunicorn.conf.py")
numbers = ("bind", "timeout", "graceful_timeout", "keepalive", "workers", "threads", "worker_tmp_dir")
print(json.dumps({**{name: gunicorn[name] for name in numbers}, "apps": settings.INSTALLED_APPS}))
"""


# These have defaults; the settings module is what names all others.
DEFAULTED = {"DJANGO_SETTINGS_MODULE", "METRICS_NAMESPACE", "WEB_CONCURRENCY", "WEB_THREADS"}


def environment(service: Service) -> dict[str, str]:
    """The container's variables and no other: sample values for references."""
    values = {
        "DJANGO_SETTINGS_MODULE": service.settings,
        "ALLOWED_HOSTS": "a.example,b.example,",  # as without further hosts
        "AWS_REGION": "eu-central-1",
        "TODOS_TABLE": "todos",
        "FILES_TABLE": "files",
        "ATTACHMENTS_BUCKET": "bucket",
        "COGNITO_USER_POOL_ID": "eu-central-1_abc",
        "COGNITO_CLIENT_ID": "client",
        "METRICS_NAMESPACE": "Todo/dev",
        "WEB_CONCURRENCY": str(containers.WORKERS),
        "WEB_THREADS": str(containers.THREADS),
    }
    return {name: values[name] for name in service.environment} | {containers.SECRET: "s" * 64}


def boot(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@cache
def booted(service: Service) -> dict[str, Any]:
    """What a process with exactly the container's variables holds."""
    result = boot(environment(service))
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_boots_with_exactly_the_containers_variables(service: Service) -> None:
    assert booted(service)["bind"] == f"0.0.0.0:{service.port}"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_gunicorn_runs_with_the_numbers_of_the_contract(service: Service) -> None:
    found = booted(service)
    assert found["timeout"] == found["graceful_timeout"] == containers.GUNICORN_TIMEOUT
    assert found["keepalive"] == containers.KEEPALIVE
    assert (found["workers"], found["threads"]) == (containers.WORKERS, containers.THREADS)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_each_container_holds_its_own_app_only(service: Service) -> None:
    apps = booted(service)["apps"]
    assert [app for app in apps if app in {"todos", "files"}] == [service.name]


@pytest.mark.parametrize(
    ("service", "variable"),
    [(service, name) for service in SERVICES for name in service.environment if name not in DEFAULTED],
    ids=lambda value: getattr(value, "name", value),
)
def test_no_variable_is_there_without_need(service: Service, variable: str) -> None:
    """Without one of them the settings refuse and name it."""
    with pytest.raises(ImproperlyConfigured, match=rf"\b{variable}\b"):
        read(service.name, {name: value for name, value in environment(service).items() if name != variable})


def test_each_wait_is_longer_than_what_it_waits_for() -> None:
    assert containers.IDLE_TIMEOUT > containers.API_TIMEOUT >= containers.GUNICORN_TIMEOUT
    assert containers.KEEPALIVE > containers.IDLE_TIMEOUT
    assert containers.DEREGISTRATION_DELAY > containers.API_TIMEOUT
    assert containers.STOP_TIMEOUT > containers.DEREGISTRATION_DELAY + containers.GUNICORN_TIMEOUT


def test_files_knows_what_todos_knows_and_its_own_stores() -> None:
    assert set(FILES.environment) - set(TODOS.environment) == {"FILES_TABLE", "ATTACHMENTS_BUCKET"}


def test_the_health_path_is_the_one_that_does_no_io() -> None:
    source = (ROOT / "todo_project" / "api" / "health.py").read_text()
    assert f'"{containers.HEALTH_PATH}"' in source


def test_the_last_line_of_a_purge_is_what_the_filter_looks_for() -> None:
    """Each quoted term of the filter must be in the line of a purge without failures, and not in one with some."""
    source = (ROOT / "files" / "management" / "commands" / "purge.py").read_text()
    assert '"message": f"purged {_counts(summary)}"' in source
    assert "{summary.todos} to-dos, {summary.files} files, {summary.failures} failures" in source
    terms = re.findall(r'"([^"]+)"', containers.PURGE_DONE)
    good, bad = "purged 3 to-dos, 10 files, 0 failures", "purged 3 to-dos, 0 files, 10 failures"
    assert all(term in good for term in terms)
    assert not all(term in bad for term in terms)


def test_templates_take_every_number_from_the_contract(deployment: Any) -> None:
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        for container in task["ContainerDefinitions"]:
            assert container["StopTimeout"] == containers.STOP_TIMEOUT
            assert container["User"] == containers.USER
            assert container["MountPoints"][0]["ContainerPath"] == containers.SCRATCH
            names = tuple(each["Name"] for each in container["Environment"])
            assert names == (TODOS if container["Name"] == "todos" else FILES).environment
            assert container["Command"] == list(containers.PURGE if container["Name"] == "purge" else containers.SERVER)
    for service in deployment.resources("AWS::ECS::Service"):
        for balancer in service["LoadBalancers"]:
            (known,) = [each for each in SERVICES if each.name == balancer["ContainerName"]]
            assert balancer["ContainerPort"] == known.port


def test_the_image_is_what_the_task_definition_expects() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for service in SERVICES:
        stage = dockerfile.split(f" AS {service.name}\n")[1].split("\nFROM ")[0]
        assert f"USER {containers.USER}" in stage
        assert f"EXPOSE {service.port}" in stage
        assert f"DJANGO_SETTINGS_MODULE={service.settings}" in stage
        assert f"127.0.0.1:{service.port}{containers.HEALTH_PATH}" in stage
    assert f"CMD {json.dumps(list(containers.SERVER))}" in dockerfile
    assert "COPY manage.py" in dockerfile.split(" AS files\n")[1], "the purge runs in the image of files"
