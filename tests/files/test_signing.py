"""Download URLs are signed here, and are byte for byte those that botocore would make."""

from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.auth
import pytest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from files import storage
from files.models import Attachment
from files.signing import Bucket
from todo_project.aws.timestamps import now

NAMES = ["note.txt", "März – Überblick (1).pdf", "a+b=c&d?e#f%20;'\"~!*$.txt", "...", " ", "日本語😀.png", "x" * 255, "-_.~"]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)


def stock_url(
    monkeypatch: pytest.MonkeyPatch, *, style: str, endpoint: str | None, region: str, token: str | None, **what: Any
) -> str:
    """botocore's URL of this moment."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: MOMENT.replace(tzinfo=None))
    client = boto3.client(
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret/+x",
        aws_session_token=token,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),
    )
    return client.generate_presigned_url("get_object", Params=what, ExpiresIn=900)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdzEJr//token+of/a=role"])
@pytest.mark.parametrize(
    "place",
    [
        ("virtual", None, "eu-west-1", "https://my-bucket.s3.eu-west-1.amazonaws.com"),
        ("virtual", None, "cn-north-1", "https://my-bucket.s3.cn-north-1.amazonaws.com.cn"),
        ("path", "http://127.0.0.1:4566", "eu-west-1", "http://127.0.0.1:4566/my-bucket"),
    ],
)
def test_it_signs_as_botocore_does(
    name: str, token: str | None, place: tuple[str, str | None, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    style, endpoint, region, address = place
    key, version, disposition = f"owner/todo/file/{name}", "3/L4kqtJlcpXroDTDmJ+rmSpXd3", "attachment; filename*=UTF-8''a%20b"
    stock = stock_url(
        monkeypatch,
        style=style,
        endpoint=endpoint,
        region=region,
        token=token,
        Bucket="my-bucket",
        Key=key,
        VersionId=version,
        ResponseContentDisposition=disposition,
    )
    bucket = Bucket(stock.partition("/owner")[0], region)
    assert bucket.address == address
    query = {"versionId": version, "response-content-disposition": disposition}
    credentials = ReadOnlyCredentials("AKIDEXAMPLE", "secret/+x", token)
    assert bucket.signed_url(key, query, credentials=credentials, moment=MOMENT, seconds=900) == stock


def attachment(name: str) -> Attachment:
    return Attachment(
        owner="11111111-1111-4111-8111-111111111111",
        todo_id="22222222-2222-4222-8222-222222222222",  # type: ignore[arg-type]
        file_id="33333333-3333-4333-8333-333333333333",  # type: ignore[arg-type]
        file_name=name,
        content_type="text/plain",
        size=5,
        created=now(),
        object_version="3HL4kqtJlcpXrof3vjVBH40Nrjfkd",
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_gateway_gives_the_same_url_with_and_without(name: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: MOMENT.replace(tzinfo=None))
    monkeypatch.setattr(storage, "now", lambda: MOMENT)
    ours = storage.download_url(attachment(name))
    settings.OPTIMISATIONS_OFF = ["signer"]
    assert storage.download_url(attachment(name)) == ours
