"""`manage.py demo`: what `make demo` runs."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from rest_framework.test import APIClient

from local.aws import accounts
from local.aws.samples import Sample, samples
from local.aws.state import StateDirectory

EMAIL = "demo@example.com"
PASSWORD = "Demo-account-1"  # noqa: S105  # of a local throw-away account, printed below


class Command(BaseCommand):
    """Fills an account through the HTTP API, in this process, with a real token."""

    help = f"Make the account {EMAIL} with 60 to-dos and some attachments. Running it again adds only what is missing."
    requires_system_checks: list[str] = []  # the API checks itself

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, then say how to log in."""
        client = self._signed_in()
        logging.disable(logging.INFO)  # one line a request would bury the progress
        try:
            self._fill(client)
        finally:
            logging.disable(logging.NOTSET)
        StateDirectory(settings.LOCALAWS_STATE_DIR).remember_account(EMAIL, PASSWORD)
        self.stdout.write(
            f"\n  Log in at http://127.0.0.1:{settings.PORT}/ (make run) as {EMAIL} with the password {PASSWORD}\n"
            f'  With curl: curl -H "Authorization: Bearer $(.venv/bin/python manage.py token {EMAIL})" '
            f"http://127.0.0.1:{settings.PORT}/api/me/todos\n"
        )

    def _signed_in(self) -> APIClient:
        try:
            accounts.create_account(EMAIL, PASSWORD)
        except accounts.AccountRefused as refused:
            self.stdout.write(f"{EMAIL}: {refused}")
        try:
            token = accounts.tokens(EMAIL, PASSWORD).access
        except accounts.AccountRefused as refused:
            raise CommandError(f"{EMAIL} has another password here ({refused}) Start over with `make reset`.") from None
        client = APIClient(SERVER_NAME="localhost")
        client.default_format = "json"
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    def _fill(self, client: APIClient) -> None:
        todos, trash = (
            self._existing(client, "/api/me/todos?limit=100"),
            self._existing(client, "/api/me/todos?limit=100&trashed=true"),
        )
        made = attached = 0
        wanted = [sample for sample in samples() if sample.title not in trash]
        for done, sample in enumerate(wanted, 1):
            todo = todos.get(sample.title)
            if todo is None and (todo := self._make(client, sample)) is not None:
                made += 1
            if todo is not None:
                attached += self._attach(client, sample, todo)
            if self.stdout.isatty() or done == len(wanted):
                self.stdout.write(f"\r{done} of {len(wanted)} to-dos, {made} made now, {attached} files attached now", ending="")
                self.stdout.flush()
        self.stdout.write("")

    @staticmethod
    def _existing(client: APIClient, url: str | None) -> dict[str, dict[str, Any]]:
        """What the account has, by title, from this page on."""
        found: dict[str, dict[str, Any]] = {}
        while url:
            page = expect(client.get(url), 200)
            found |= {todo["title"]: todo for todo in page["todos"]}
            url = page["next"]
        return found

    @staticmethod
    def _make(client: APIClient, sample: Sample) -> dict[str, Any] | None:
        """The new to-do; None when it was made once and is neither listed nor in the trash any more."""
        due = datetime.now(UTC).date() + timedelta(days=sample.due_in_days) if sample.due_in_days is not None else None
        body = {"title": sample.title, "description": sample.description, "dateDue": due and due.isoformat()}
        answer = client.post("/api/me/todos", body, headers={"Idempotency-Key": f"demo-{sample.number}"})
        if answer.status_code == 409:  # noqa: PLR2004  # Conflict: the key is known, with another due date
            return None
        todo = expect(answer, 201)
        changes = {name: value for name, value in (("notes", sample.notes), ("completed", sample.completed)) if value}
        return expect(client.patch(f"/api/me/todos/{todo['todoID']}", changes), 200) if changes else todo

    @staticmethod
    def _attach(client: APIClient, sample: Sample, todo: dict[str, Any]) -> int:
        """How many files were attached; none when the to-do has any."""
        if todo["attachments"]:
            return 0
        for number, (name, content_type, content) in enumerate(sample.files):
            body = {"file": SimpleUploadedFile(name, content, content_type)}
            headers = {"Idempotency-Key": f"demo-{sample.number}-{number}"}
            expect(client.post(f"/api/{todo['todoID']}/files", body, format="multipart", headers=headers), 201)
        return len(sample.files)


def expect(answer: Any, status: int) -> dict[str, Any]:
    """The body of an answer with this status; anything else ends the command with the problem's own sentence."""
    body: dict[str, Any] = answer.json()
    if answer.status_code != status:
        raise CommandError(f"The API answered {answer.status_code}: {body.get('detail')}")
    return body
