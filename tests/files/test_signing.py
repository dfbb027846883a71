"""Download URLs are byte for byte those that botocore's client makes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import boto3
import botocore.auth
import pytest
from botocore.config import Config

from files import storage
from files.models import Attachment
from todo_project.aws import sdk

NAMES = ["note.txt", "März – Überblick (1).pdf", "a+b=c&d?e#f%20;'\"~!*$.txt", "...", " ", "日本語😀.png", "x" * 255, "-_.~"]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001 as botocore has it: UTC without saying so
TOKEN = "FwoGZXIvYXdzEJr//token+of/a=role"


def attachment(name: str) -> Attachment:
    return Attachment(
        owner="11111111-1111-4111-8111-111111111111",
        todo_id=UUID("22222222-2222-4222-8222-222222222222"),
        file_id=UUID("33333333-3333-4333-8333-333333333333"),
        file_name=name,
        content_type="text/plain",
        size=5,
        created=MOMENT.replace(tzinfo=UTC),
        object_version="3/L4kqtJlcpXroDTDmJ+rmSpXd3",
    )


@pytest.fixture(
    params=[
        ("virtual", None, "eu-west-1", "https://my-bucket.s3.eu-west-1.amazonaws.com/"),
        ("virtual", None, "cn-north-1", "https://my-bucket.s3.cn-north-1.amazonaws.com.cn/"),
        ("path", "http://127.0.0.1:4566", "eu-west-1", "http://127.0.0.1:4566/my-bucket/"),
    ],
    ids=["virtual", "another partition", "path"],
)
def place(request: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Where the bucket is: how botocore's client is made for it, and what its URLs start with."""
    style, endpoint, region, start = request.param
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: MOMENT)
    settings.AWS_ENDPOINT_URL, settings.AWS_REGION, settings.ATTACHMENTS_BUCKET = endpoint, region, "my-bucket"
    config = Config(signature_version="s3v4", s3={"addressing_style": style})
    return {"region_name": region, "endpoint_url": endpoint, "config": config}, start


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("token", [None, TOKEN])
def test_it_works(name: str, token: str | None, place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    options, start = place
    session = boto3.session.Session("AKIDEXAMPLE", "secret/+x", token)
    client = session.client("s3", **options)
    disposition = f"attachment; filename*=UTF-8''{storage.quote(name, safe='')}"
    file = attachment(name)
    what = {"Bucket": "my-bucket", "Key": file.object_key, "VersionId": file.object_version}
    stock = client.generate_presigned_url("get_object", {**what, "ResponseContentDisposition": disposition}, 900)

    monkeypatch.setattr(storage, "client", lambda: client)
    monkeypatch.setattr(storage, "now", lambda: MOMENT)
    monkeypatch.setattr(sdk, "credentials", session.get_credentials().get_frozen_credentials)
    storage._bucket_url.cache_clear()
    assert storage.download_url(file) == stock
    storage._bucket_url.cache_clear()
    assert stock.startswith(start)
