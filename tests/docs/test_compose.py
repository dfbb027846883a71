"""compose.yaml and its proxy say what deploy/ says: ports, paths, commands, variables, headers."""

import json
import re
from pathlib import Path
from string import Template

import pytest
import yaml

from compose import aws
from deploy import containers
from deploy.stacks.web.distribution import CONTENT_SECURITY_POLICY
from local.web import webapp

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
NGINX = (ROOT / "compose" / "nginx.conf").read_text()
ENDPOINT = f"http://127.0.0.1:{aws.PORT}"
BY_NAME = pytest.mark.parametrize("service", containers.SERVICES, ids=lambda service: service.name)

KNOWN = {
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "AWS_REGION": "us-east-1",
    "TODOS_TABLE": "todos-1",
    "FILES_TABLE": "files-1",
    "ATTACHMENTS_BUCKET": "attachments-1",
    "COGNITO_USER_POOL_ID": "us-east-1_A",
    "COGNITO_CLIENT_ID": "client",
    "AWS_ENDPOINT_URL": ENDPOINT,
    "COGNITO_JWKS_URL": f"{ENDPOINT}/us-east-1_A/.well-known/jwks.json",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "SECRET_KEY": "secret",
}


def rules():
    """The proxy's rules in their order: pattern, upstream."""
    return re.findall(r"location ~ (\S+) \{\s+proxy_pass http://(\w+);", NGINX)


def as_pattern(path):
    """A path pattern of the load balancer as a regular expression: its * is any number of any characters."""
    return f"^{path.replace('*', '.*')}$"


def test_it_works():
    expected = [(as_pattern(path), service.name) for service in containers.SERVICES for path in service.paths]
    assert rules() == expected


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/me/todos", "todos"),
        ("/api/me/todos/1/complete", "todos"),
        ("/api/1/files", "files"),
        ("/api/1/files/2/restore", "files"),
        ("/api/me/todosx", None),
        ("/api/", None),
        ("/todos", None),
    ],
)
def test_a_request_goes_where_the_load_balancer_sends_it(path, service):
    assert next((name for pattern, name in rules() if re.search(pattern, path)), None) == service


@BY_NAME
def test_the_proxy_asks_each_service_at_its_port(service):
    assert re.search(rf"upstream {service.name} \{{\s+server 127\.0\.0\.1:{service.port};", NGINX)


@BY_NAME
def test_each_container_gets_the_variables_of_its_task_definition(service):
    lines = aws.variables(service, KNOWN).splitlines()
    given = {line.split("=")[0] for line in lines} | set(COMPOSE[service.name]["environment"]) | {"DJANGO_SETTINGS_MODULE"}
    assert set(service.environment) | {containers.SECRET} <= given
    other = {name for each in containers.SERVICES for name in each.environment} - set(service.environment)
    assert not other & given


@BY_NAME
def test_each_container_runs_the_image_as_the_task_definition_does(service):
    found = COMPOSE[service.name]
    assert found["build"]["target"] == service.name
    assert found["command"][-1].endswith(f"exec {' '.join(containers.SERVER)}")
    assert (found["read_only"], found["tmpfs"], found["init"], found["cap_drop"]) == (True, [containers.SCRATCH], True, ["ALL"])
    assert found["stop_grace_period"] == f"{containers.STOP_TIMEOUT}s"
    values = found["environment"]
    assert (values["WEB_CONCURRENCY"], values["WEB_THREADS"]) == (str(containers.WORKERS), str(containers.THREADS))


def test_the_purge_is_the_image_of_files_with_the_command_of_the_schedule():
    assert COMPOSE["purge"]["image"] == COMPOSE["files"]["image"]
    assert COMPOSE["purge"]["command"][-1].endswith(f"exec {' '.join(containers.PURGE)}")


def test_nothing_listens_beyond_this_machine():
    published = [port for service in COMPOSE.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_browser_reaches_the_embedded_aws_where_the_services_do():
    assert f"127.0.0.1:{aws.PORT}:14566" in COMPOSE["aws"]["ports"]
    assert "listen 14566;" in NGINX
    assert f"upstream aws {{\n    server 127.0.0.1:{aws.PORT};" in NGINX


def test_the_page_comes_with_the_headers_of_cloudfront():
    policy = Template(CONTENT_SECURITY_POLICY).substitute(
        dict.fromkeys(re.findall(r"\$\{(\w+)\}", CONTENT_SECURITY_POLICY), ENDPOINT)
    )
    words = [list(dict.fromkeys(part.split())) for part in policy.split(";")]
    assert f'Content-Security-Policy "{"; ".join(" ".join(part) for part in words)}"' in NGINX
    assert f'~^/assets/ "{webapp.FOREVER}";' in NGINX
    assert f"default {webapp.ALWAYS_ASK};" in NGINX


def test_config_json_is_what_the_page_reads():
    assert json.loads(aws.config(KNOWN)) == {
        "apiBase": "/api",
        "region": "us-east-1",
        "userPoolId": "us-east-1_A",
        "clientId": "client",
        "cognitoEndpoint": f"{ENDPOINT}/",
    }


def test_what_the_others_read_is_written(tmp_path):
    aws.write(tmp_path, KNOWN)
    assert {path.name for path in tmp_path.iterdir()} == {"todos.env", "files.env", "config.json"}
    assert aws.check(tmp_path / "no-data", tmp_path) is False


def test_the_versions_are_those_of_development():
    def pins(name):
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    own, development = pins("compose/requirements.txt"), pins("requirements-dev.txt")
    assert own
    assert {name: version for name, version in own.items() if development.get(name, version) != version} == {}
