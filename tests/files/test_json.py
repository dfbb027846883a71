"""An attachment as JSON is what `AttachmentOutput` describes."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import pytest
from rest_framework.renderers import JSONRenderer

from files import storage
from files.models import Attachment
from files.serializers import AttachmentOutput, attachment_as_json
from todo_project.aws.timestamps import rfc3339

URL = "https://example.com/a.txt"


@pytest.mark.parametrize(("version", "url"), [(None, None), ("3HL4kqtJlcpXroDTDmJ", URL)], ids=["pending", "listed"])
def test_it_works(version: str | None, url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "download_url", lambda _: URL)
    attachment = Attachment(
        owner="o",
        todo_id=UUID(int=1),
        file_id=UUID(int=2),
        file_name="a.txt",
        content_type="text/plain",
        size=5,
        created=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        object_version=version,
    )
    written = json.loads(JSONRenderer().render(AttachmentOutput({**asdict(attachment), "filePath": url}).data))
    assert attachment_as_json(attachment) == {**written, "dateCreated": rfc3339(attachment.created)}
