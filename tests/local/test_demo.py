"""`manage.py demo`, run in this process through the whole API."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from rest_framework.test import APIClient

from local.aws import accounts
from local.aws.state import ROOT
from local.management.commands import demo


@pytest.fixture(autouse=True)
def _local_settings(tmp_path: Path, settings: Any, _empty_tables: None) -> None:
    settings.LOCALAWS_STATE_DIR = tmp_path
    settings.PORT = 8000


def run() -> str:
    """Standard output of the command."""
    output = io.StringIO()
    call_command(demo.Command(), stdout=output)
    return output.getvalue()


def api() -> APIClient:
    client = APIClient(SERVER_NAME="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {accounts.tokens(demo.EMAIL, demo.PASSWORD).access}")
    return client


def test_it_works_and_running_it_again_doubles_nothing(tmp_path: Path) -> None:
    first = run()
    assert first.startswith("60 to-dos made.\n")
    assert f"as {demo.EMAIL} with the password {demo.PASSWORD}" in first
    assert json.loads((tmp_path / "accounts.json").read_text()) == {demo.EMAIL: demo.PASSWORD}

    client = api()
    todos = client.get("/api/me/todos?limit=100").json()["todos"]
    today = datetime.now(UTC).date().isoformat()
    assert len(todos) == 60
    assert sum(todo["completed"] for todo in todos) == 20
    assert sum(not todo["completed"] and (todo["dateDue"] or today) < today for todo in todos) >= 4
    assert sum(todo["dateDue"] is None for todo in todos) > 10
    assert sum(bool(todo["notes"]) for todo in todos) == 12
    with_all = next(todo for todo in todos if todo["attachments"] == 3)
    files = client.get(f"/api/{with_all['todoID']}/files").json()["files"]
    contents = {file["fileName"]: httpx.get(file["filePath"]).content for file in files}
    assert contents["web-light.png"] == (ROOT / "docs/images/web-light.png").read_bytes()
    assert contents.keys() == {"README.md", "web-light.png", "LICENSE"}

    client.delete(f"/api/me/todos/{todos[0]['todoID']}")
    assert run().startswith("1 to-dos made.\n")
    assert len(client.get("/api/me/todos?limit=100").json()["todos"]) == 60


def test_an_account_with_another_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "EMAIL", "taken@example.com")
    accounts.create_account("taken@example.com", "Another-password-1")
    with pytest.raises(CommandError, match="has another password here"):
        run()


def test_a_refusal_of_the_api_ends_it_with_its_sentence() -> None:
    with pytest.raises(CommandError, match="The API responded 401: "):
        demo.expect(APIClient(SERVER_NAME="localhost").get("/api/me/todos"), 200)
