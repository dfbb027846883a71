"""Each service boots alone, with its own variables only, in a process of its own: this one holds both.

What its settings make of a variable needs no process: they are read again here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.settings.alone import read

ROOT = Path(__file__).resolve().parents[2]

EVERY_SERVICE = {
    "SECRET_KEY": "a-key-of-this-test-only",
    "ALLOWED_HOSTS": "api.example.com, internal.example.com",
    "AWS_REGION": "eu-west-1",
    "TODOS_TABLE": "todos",
    "COGNITO_USER_POOL_ID": "eu-west-1_Example",
    "COGNITO_CLIENT_ID": "client",
}
VARIABLES = {
    "todos": EVERY_SERVICE,
    "files": {**EVERY_SERVICE, "FILES_TABLE": "files", "ATTACHMENTS_BUCKET": "attachments"},
}
OTHER = {"todos": "files", "files": "todos"}
PORTS = {"todos": 8080, "files": 8081}
GUNICORN = ["-m", "gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi"]

ANSWERS = """
import json, sys
import django
django.setup()
from django.test import Client
from django.urls import get_resolver
routes = sorted({str(route.pattern) for include in get_resolver().url_patterns for route in include.url_patterns})
client = Client(headers={"host": "api.example.com"})
print(json.dumps({
    "routes": routes,
    "healthz": client.get("/healthz", headers={"host": "10.0.0.7:8080"}).status_code,
    "todos": client.get("/api/me/todos").status_code,
    "files": client.get("/api/00000000-0000-0000-0000-000000000000/files").status_code,
    "foreign host": client.get("/api/me/todos", headers={"host": "evil.example.com"}).status_code,
    "modules": sorted({name.split(".")[0] for name in sys.modules} & {"todos", "files"}),
    "local": sorted(name for name in sys.modules if name.startswith("todo_project.local")),
}))
"""


def python(service: str, *arguments: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Runs Python with a service's variables and nothing else; `variables` adds to them, None takes one away."""
    machine = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or name.startswith("COVERAGE_")}
    given = {**VARIABLES[service], "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{service}", **variables}
    environment = {**machine, **{name: value for name, value in given.items() if value is not None}}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def settings(service: str, **variables: str | None) -> ModuleType:
    """A service's settings, read in this process; `variables` as above."""
    given = {**VARIABLES[service], **variables}
    return read(service, {name: value for name, value in given.items() if value is not None})


@pytest.mark.parametrize("service", VARIABLES)
def test_it_works(service: str) -> None:
    ended = python(service, *GUNICORN, "--check-config")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("todos", {"todos": 401, "files": 404, "modules": ["todos"]}),
        ("files", {"todos": 404, "files": 401, "modules": ["files"]}),
    ],
)
def test_it_holds_its_own_app_alone(service: str, expected: dict[str, object]) -> None:
    ended = python(service, "-c", ANSWERS)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert {name: found[name] for name in expected} == expected
    assert found["routes"]
    assert all(OTHER[service] not in route.split("/") for route in found["routes"])
    assert found["healthz"] == 200
    assert found["foreign host"] == 400
    assert found["local"] == []


@pytest.mark.parametrize("service", VARIABLES)
def test_a_refusal_ends_the_process_with_its_sentence(service: str) -> None:
    ended = python(service, "-c", f"import todo_project.settings.{service}", TODOS_TABLE=None)
    assert ended.returncode != 0
    assert (
        ended.stderr.splitlines()[-1] == "django.core.exceptions.ImproperlyConfigured: Set the TODOS_TABLE environment variable"
    )


@pytest.mark.parametrize(("service", "name"), [(service, name) for service, names in VARIABLES.items() for name in names])
def test_it_refuses_to_start_without_a_variable_and_names_it(service: str, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^Set the {name} environment variable$"):
        settings(service, **{name: None})


@pytest.mark.parametrize("hosts", ["*", "api.example.com,*", " , "])
def test_it_refuses_to_answer_for_every_host(hosts: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS must name the hosts to serve"):
        settings("todos", ALLOWED_HOSTS=hosts)


def test_it_refuses_keys_from_a_file() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"COGNITO_JWKS_URL must be an http or https URL\."):
        settings("todos", COGNITO_JWKS_URL="file:///etc/passwd")


def test_hosts_are_a_list() -> None:
    assert settings("todos").ALLOWED_HOSTS == ["api.example.com", "internal.example.com"]


def test_debug_cannot_be_switched_on() -> None:
    assert settings("todos", DEBUG="true", DJANGO_DEBUG="1").DEBUG is False


def test_keys_come_from_the_pool_unless_told_otherwise() -> None:
    expected = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example/.well-known/jwks.json"
    found = settings("todos")
    assert expected == found.COGNITO_JWKS_URL
    moved = settings("todos", COGNITO_JWKS_URL="http://127.0.0.1:4566/keys")
    assert moved.COGNITO_JWKS_URL == "http://127.0.0.1:4566/keys"


def gunicorn(service: str, **variables: str) -> dict[str, str]:
    """gunicorn's configuration as it prints it: name to value."""
    ended = python(service, *GUNICORN, "--print-config", **variables)
    assert ended.returncode == 0, ended.stderr
    pairs = (line.split(" = ", 1) for line in ended.stdout.splitlines() if " = " in line)
    return {name.strip(): value.strip() for name, value in pairs}


@pytest.mark.parametrize("service", PORTS)
def test_gunicorn_serves_as_the_containers_are_promised_to(service: str) -> None:
    found = gunicorn(service)
    expected = {
        "bind": f"['0.0.0.0:{PORTS[service]}']",
        "worker_class": "gthread",
        "reuse_port": "True",
        "workers": "2",
        "threads": "12",
        "timeout": "30",
        "graceful_timeout": "30",
        "keepalive": "75",
        "worker_tmp_dir": "/dev/shm",  # noqa: S108 the value to hold
        "accesslog": "None",
    }
    assert {name: found[name] for name in expected} == expected


def test_gunicorn_is_sized_and_bound_by_the_environment() -> None:
    found = gunicorn("todos", WEB_CONCURRENCY="3", WEB_THREADS="5", BIND="127.0.0.2:8080")
    assert (found["workers"], found["threads"], found["bind"]) == ("3", "5", "['127.0.0.2:8080']")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TODOS_TABLE", "", "is empty"),
        ("ALLOWED_HOSTS", "", "is empty"),
        ("WEB_THREADS", "many", "of the kind int"),
        ("WEB_THREADS", "$many", "of the kind int"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_by_name(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name}\b.*{sentence}"):
        settings("todos", **{name: value})


def test_a_key_that_begins_with_a_dollar_is_a_key_and_no_name_of_a_variable() -> None:
    found = settings("todos", SECRET_KEY="$HOME", SECRET_KEY_FALLBACKS="$PATH,b")
    assert (found.SECRET_KEY, found.SECRET_KEY_FALLBACKS[0]) == ("$HOME", "$PATH")
