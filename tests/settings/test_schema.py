"""The OpenAPI description that each service's code gives: valid, without a warning, and with the service's own routes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {
    "SECRET_KEY": "x",
    "ALLOWED_HOSTS": "localhost",
    "AWS_REGION": "eu-central-1",
    "TODOS_TABLE": "todos",
    "FILES_TABLE": "files",
    "ATTACHMENTS_BUCKET": "bucket",
    "COGNITO_USER_POOL_ID": "eu-central-1_x",
    "COGNITO_CLIENT_ID": "client",
}


def schema(settings: str, *options: str, **variables: str) -> dict[str, Any]:
    command = [sys.executable, "manage.py", "spectacular", "--format=openapi-json", "--validate", "--fail-on-warn", *options]
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{settings}", **variables}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("service", "routes"), [("todos", 7), ("files", 6)])
def test_a_service_describes_its_own_routes(service: str, routes: int) -> None:
    described = schema("both", f"--urlconf=todo_project.urls.{service}", **VARIABLES)
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) == routes
    assert all(f"/{service}" in path for path in described["paths"])


def test_the_laptops_description_has_both(tmp_path: Path) -> None:
    described = schema("local", LOCALAWS_STATE_DIR=str(tmp_path / "state"), LOCALAWS_PORT="0")
    assert len(described["paths"]) == 13


def test_the_documented_command_describes_one_service(tmp_path: Path) -> None:
    [words] = re.findall(r"`python (manage\.py spectacular [^`]+)`", (ROOT / "docs" / "api.md").read_text())
    local = {"DJANGO_SETTINGS_MODULE": "todo_project.settings.local", "LOCALAWS_STATE_DIR": str(tmp_path), "LOCALAWS_PORT": "0"}
    environment = {"PATH": os.environ["PATH"], **local}
    done = subprocess.run(
        [sys.executable, *words.split()], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^  (/api/\S+):", done.stdout, re.MULTILINE)[0].endswith("/todos")
    assert "/files" not in done.stdout


def test_a_todo_is_described_as_it_is_answered(alice: Any) -> None:
    described = schema("both", **VARIABLES)["components"]["schemas"]["TodoOutput"]["properties"]
    assert set(described) == set(alice.add())
