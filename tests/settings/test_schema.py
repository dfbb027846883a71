"""The OpenAPI description that each service's code gives: valid, without a warning, and with the service's own routes."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from files.serializers import Reservation
from todos.serializers import LegacyNotes, TodoInput

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


@cache
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


def test_local_settings_describe_what_the_containers_serve(tmp_path: Path) -> None:
    described = schema("local", LOCALAWS_STATE_DIR=str(tmp_path / "state"), LOCALAWS_PORT="0")
    assert len(described["paths"]) == 13
    served = schema("both", **VARIABLES)
    assert described["info"].pop("description").startswith(served["info"].pop("description"))  # it says how to get a token, too
    assert described == served
    assert list(described["components"]["securitySchemes"]) == ["cognito"]
    bodies = [
        set(operation["requestBody"]["content"])
        for path in described["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    assert bodies.count({"application/json"}) == len(bodies) - 1
    assert {"application/json", "multipart/form-data"} in bodies


def matches(described: dict[str, Any], text: str) -> bool:
    """Whether a text is what JSON Schema describes, as far as patterns and lengths go."""
    ways = described.get("oneOf", [described])
    lengths = [way.get("minLength", 0) <= len(text) <= way.get("maxLength", len(text)) for way in ways]
    return any(fits and re.search(way.get("pattern", ""), text) for fits, way in zip(lengths, ways, strict=True))


@pytest.mark.parametrize(
    "text", ["Buy milk", " x ", "\u200bx", "\u0301", "x", ".", "", " ", "\u200b", "\u00ad\U000e0020", "a\x07", "a\ufffe"]
)
def test_texts_are_described_as_they_are_checked(text: str) -> None:
    inputs = {**schema("both", **VARIABLES)["components"]["schemas"]}
    for kind, name, body in (
        (TodoInput, "title", {"title": text}),
        (LegacyNotes, "notes", {"notes": text}),
        (Reservation, "fileName", {"fileName": text, "size": 1}),
    ):
        described = inputs[f"{kind.__name__}Request"]["properties"][name]
        assert matches(described, text) == kind(data=body).is_valid(), described


@pytest.mark.parametrize("name", [".", "..", "...", ".a", "a..", "${filename}", "a${filename}b", "${file}", "a/b", "\\"])
def test_file_names_are_described_as_they_are_checked(name: str) -> None:
    described = schema("both", **VARIABLES)["components"]["schemas"]["ReservationRequest"]["properties"]["fileName"]
    assert matches(described, name) == Reservation(data={"fileName": name, "size": 1}).is_valid()


def test_an_empty_date_is_described_where_it_is_taken() -> None:
    schemas = schema("both", **VARIABLES)["components"]["schemas"]
    day, empty = {"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}
    assert schemas["LegacyAddRequest"]["properties"]["dateDue"]["oneOf"] == [day, empty, {"type": "null"}]
    assert schemas["TodoInputRequest"]["properties"]["dateDue"]["type"] == ["string", "null"]


def test_the_documented_command_describes_one_service(tmp_path: Path) -> None:
    [words] = re.findall(r"`python (manage\.py spectacular [^`]+)`", (ROOT / "docs" / "reference" / "api.md").read_text())
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
