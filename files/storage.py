"""The gateway to S3: the only module of the application that knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Literal
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from files import signing
from files.models import SIZE_MAX_THROUGH_SERVICE, Attachment
from todo_project.aws import sdk
from todo_project.aws.deadline import refuse_late_attempt
from todo_project.aws.optimisations import enabled
from todo_project.aws.timestamps import now
from todo_project.errors import Unavailable
from todo_project.telemetry.usage import watch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DOWNLOAD_LIFE = 15 * 60  # seconds a download URL works
UPLOAD_LIFE = 60 * 60  # seconds in which a direct upload must begin
DELETE_MAX = 1000  # keys in one DeleteObjects


class StorageFailed(Exception):
    """What went wrong in S3, as much of it as may be logged."""


class _NotThere(Exception):
    """No object lies at the key."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """S3's errors as `Unavailable`.

    Its cause is for the log, which must not hold botocore's own message: that has the URL, and so the owner and the file's name.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if error.operation_name == "HeadObject" and code == "404":  # a HEAD has no body that could say more
            raise _NotThere from None
        raise Unavailable from StorageFailed(f"{code} from {error.operation_name}")
    except BotoCoreError as error:
        raise Unavailable from StorageFailed(type(error).__name__)


def _config() -> Config:
    # An endpoint of our own (the embedded AWS) has no host name for each bucket.
    style: Literal["path", "virtual"] = "path" if settings.AWS_ENDPOINT_URL else "virtual"
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=1,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=50,
    )


class AttachmentStorage(S3Storage):  # type: ignore[misc]
    """django-storages' S3 backend with the content type the caller declared, and never a guessed Content-Encoding."""

    def get_default_settings(self) -> dict[str, Any]:
        # One PutObject reads the file bit by bit; an upload in parts would hold 8 MB of it at a time, in each thread.
        return {
            **super().get_default_settings(),
            "client_config": _config(),
            "transfer_config": TransferConfig(multipart_threshold=SIZE_MAX_THROUGH_SERVICE + 1, use_threads=False),
        }

    @property
    def connection(self) -> Any:
        """The S3 resource (one a thread), whose attempts end with the request they belong to."""
        resource = super().connection
        # The unique id makes registering it again a no-op.
        resource.meta.client.meta.events.register("before-send", refuse_late_attempt, unique_id="deadline")
        watch(resource.meta.client)
        return resource

    def _create_session(self) -> boto3.session.Session:
        """A session each thread, without 12 MB of descriptions each."""
        return boto3.session.Session(botocore_session=sdk.session())

    def _get_write_parameters(self, name: str, content: Any = None) -> dict[str, Any]:
        return {"ContentType": content.content_type}


@cache
def _session() -> boto3.session.Session:
    """Where credentials come from and are renewed."""
    return boto3.session.Session(botocore_session=sdk.session(), region_name=settings.AWS_REGION)


@cache
def client() -> "S3Client":
    """The one client of this process."""
    made = _session().client("s3", endpoint_url=settings.AWS_ENDPOINT_URL, config=_config())
    made.meta.events.register("before-send", refuse_late_attempt)
    watch(made)
    return made


def check_ready() -> None:
    """Readiness: the bucket answers."""
    with translate_errors():
        client().head_bucket(Bucket=settings.ATTACHMENTS_BUCKET)


def save(attachment: Attachment, content: BinaryIO) -> None:
    """Streams a file to its object.

    :raises Unavailable: S3 is broken or throttled.
    """
    upload: File[bytes] = File(content)
    upload.content_type = attachment.content_type  # type: ignore[attr-defined]
    with translate_errors():
        storages["attachments"].save(attachment.object_key, upload)


def stored(attachment: Attachment) -> tuple[str, int, str] | None:
    """What lies at the attachment's key: version id, bytes and content type; None where nothing does."""
    try:
        with translate_errors():
            head = client().head_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=attachment.object_key)
    except _NotThere:
        return None
    return head.get("VersionId", "null"), head["ContentLength"], head.get("ContentType", "")


def download_url(attachment: Attachment) -> str:
    """A signed URL of the very version that was completed, saved under its name and never shown as a page."""
    version = attachment.object_version or "null"
    # RFC 6266 with RFC 8187 encoding: any name, no header injection.
    disposition = f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}"
    source = _session().get_credentials() if enabled("signer") else None
    with translate_errors():
        if source is None:
            parameters = {
                "Bucket": settings.ATTACHMENTS_BUCKET,
                "Key": attachment.object_key,
                "VersionId": version,
                "ResponseContentDisposition": disposition,
            }
            return client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=DOWNLOAD_LIFE)
        return _bucket(settings.ATTACHMENTS_BUCKET, settings.AWS_ENDPOINT_URL).signed_url(
            attachment.object_key,
            {"versionId": version, "response-content-disposition": disposition},
            credentials=source.get_frozen_credentials(),  # type: ignore[arg-type]  # the stubs allow None everywhere
            moment=now(),
            seconds=DOWNLOAD_LIFE,
        )


@cache
def _bucket(name: str, _endpoint: str | None) -> signing.Bucket:
    """Where botocore finds a bucket at an endpoint, read off a URL of its making: by host or by path, in whichever partition."""
    url = client().generate_presigned_url("get_object", Params={"Bucket": name, "Key": "x"})
    return signing.Bucket(url.partition("?")[0].removesuffix("/x"), settings.AWS_REGION)


def upload_form(attachment: Attachment) -> dict[str, Any]:
    """A presigned POST for exactly this key, size and content type: `{"url": str, "fields": {name: value}}`.

    It ends well before the pending row is due: what came after the sweeper would never be found again.
    """
    left = int((attachment.upload_until - now()).total_seconds())
    form = client().generate_presigned_post(
        Bucket=settings.ATTACHMENTS_BUCKET,
        Key=attachment.object_key,
        Fields={"Content-Type": attachment.content_type},
        Conditions=[
            ["eq", "$Content-Type", attachment.content_type],
            ["content-length-range", attachment.size, attachment.size],
        ],
        ExpiresIn=min(UPLOAD_LIFE, left),
    )
    return {"url": form["url"], "fields": form["fields"]}


def delete(keys: list[str]) -> None:
    """Deletes objects; those already gone are no error. 1 to DELETE_MAX keys.

    :raises Unavailable: at least one may still be there.
    """
    with translate_errors():
        answer = client().delete_objects(
            Bucket=settings.ATTACHMENTS_BUCKET, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
    if answer.get("Errors"):
        raise Unavailable(f"{len(answer['Errors'])} objects could not be deleted.")
