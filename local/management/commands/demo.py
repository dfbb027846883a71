"""`manage.py demo`: what `make demo` runs."""

import csv
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from rest_framework.test import APIClient

from local.aws import accounts
from local.aws.state import ROOT

EMAIL: Final = "demo@example.com"
PASSWORD: Final = "Demo-account-1"  # noqa: S105  # of a local throw-away account, printed below
TYPES: Final = {"": "text/plain", ".md": "text/markdown", ".png": "image/png"}
TODOS: Final = Path(__file__).with_suffix(".csv")
"""To-dos and the files of this repository that are attached to them."""


class Command(BaseCommand):
    """Fills an account through the HTTP API, in this process, with a real token."""

    help = f"Make the account {EMAIL} with 60 to-dos and some attachments. Running it again adds only what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        client = signed_in()
        logging.disable(logging.INFO)  # one line per request would bury the rest
        try:
            made = fill(client)
        finally:
            logging.disable(logging.NOTSET)
        self.stdout.write(
            f"{made} to-dos made.\n"
            f"Log in at http://127.0.0.1:{settings.PORT}/ (make run) as {EMAIL} with the password {PASSWORD}\n"
            f'With curl: curl -H "Authorization: Bearer $(.venv/bin/python manage.py token {EMAIL})" '
            f"http://127.0.0.1:{settings.PORT}/api/me/todos"
        )


def signed_in() -> APIClient:
    """A client of the account, which is made if it does not exist."""
    with suppress(accounts.AccountRefused):  # it exists
        accounts.create_account(EMAIL, PASSWORD)
    try:
        token = accounts.tokens(EMAIL, PASSWORD).access
    except accounts.AccountRefused as refused:
        raise CommandError(f"{EMAIL} has another password here ({refused}) Start over with `make reset`.") from None
    accounts.remember(EMAIL, PASSWORD)
    client = APIClient(SERVER_NAME="localhost")
    client.default_format = "json"
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def fill(client: APIClient) -> int:
    """Make the to-dos of demo.csv that the account does not have: how many."""
    existing = {todo["title"] for todo in expect(client.get("/api/me/todos?limit=100"), 200)["todos"]}
    today = datetime.now(UTC).date()
    with TODOS.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["title"] not in existing]
    for row in rows:
        due = (today + timedelta(days=int(row["due_in_days"]))).isoformat() if row["due_in_days"] else None
        texts = {name: row[name] for name in ("title", "description", "notes")}
        body = {**texts, "dateDue": due, "completed": bool(row["completed"])}
        todo_id = expect(client.post("/api/me/todos", body), 201)["todoID"]
        for name in row["files"].split():
            path = ROOT / name
            content = SimpleUploadedFile(path.name, path.read_bytes(), TYPES[path.suffix])
            expect(client.post(f"/api/{todo_id}/files", {"file": content}, format="multipart"), 201)
    return len(rows)


def expect(response: Any, status: int) -> dict[str, Any]:
    """The body of a response with this status; any other ends the command with the problem's own sentence."""
    body: dict[str, Any] = response.json()
    if response.status_code != status:
        raise CommandError(f"The API responded {response.status_code}: {body.get('detail')}")
    return body
