"""The gateway to S3: the only module of the application that knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from files.models import SIZE_MAX_THROUGH_SERVICE, Attachment
from files.signing import signed_url
from todo_project.aws import sdk
from todo_project.aws.deadline import refuse_late_attempt
from todo_project.aws.timestamps import now
from todo_project.errors import Unavailable
from todo_project.telemetry.usage import watch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client, S3ServiceResource
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=50,
)
DOWNLOAD_LIFE = 15 * 60  # seconds a download URL works
UPLOAD_LIFE = 60 * 60  # seconds in which a direct upload must start
DELETE_MAX = 1000  # keys in one DeleteObjects


class StorageFailed(Exception):
    """What went wrong in S3, as much of it as may be logged."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """S3's errors as `Unavailable`.

    Its cause is for the log, which must not hold botocore's own message: that has the URL, and so the owner and the file's name.
    """
    try:
        yield
    except ClientError as error:
        raise Unavailable from StorageFailed(f"{error.response['Error'].get('Code')} from {error.operation_name}")
    except BotoCoreError as error:
        raise Unavailable from StorageFailed(type(error).__name__)


class AttachmentStorage(S3Storage):  # type: ignore[misc]
    """django-storages' S3 backend on this process's one client, with the content type the caller declared.

    It never guesses a Content-Encoding.
    """

    def get_default_settings(self) -> dict[str, Any]:
        # One PutObject reads the file bit by bit; an upload in parts would hold 8 MB of it at a time, in each thread.
        transfer = TransferConfig(multipart_threshold=SIZE_MAX_THROUGH_SERVICE + 1, use_threads=False)
        return {**super().get_default_settings(), "transfer_config": transfer}

    @property
    def connection(self) -> "S3ServiceResource":
        return resource()

    def _get_write_parameters(self, name: str, content: Any = None) -> dict[str, Any]:
        return {"ContentType": content.content_type}


_version: ContextVar[str] = ContextVar("version")
"""Of the object that this thread put last: Django's storages return a name and nothing else."""


@cache
def resource() -> "S3ServiceResource":
    """boto3's resource, which django-storages wants, around the client."""
    # An endpoint of our own (the embedded AWS) has no host name for each bucket.
    config = CONFIG.merge(Config(s3={"addressing_style": "path" if settings.AWS_ENDPOINT_URL else "virtual"}))
    resource = sdk.session().resource("s3", endpoint_url=settings.AWS_ENDPOINT_URL, config=config)
    events = resource.meta.client.meta.events
    events.register("before-send", refuse_late_attempt)
    events.register("after-call.s3.PutObject", _remember_version)
    watch(resource.meta.client)
    return resource


def _remember_version(parsed: dict[str, Any], **_: Any) -> None:
    _version.set(parsed.get("VersionId", "null"))


def client() -> "S3Client":
    """The one client of this process."""
    return resource().meta.client


def check_ready() -> None:
    """Readiness: the bucket can be reached."""
    with translate_errors():
        client().head_bucket(Bucket=settings.ATTACHMENTS_BUCKET)


def save(attachment: Attachment, content: BinaryIO) -> str:
    """Streams a file to its object and returns the version id that S3 gave it.

    :raises Unavailable: S3 is broken or throttled.
    """
    upload: File[bytes] = File(content)
    upload.content_type = attachment.content_type  # type: ignore[attr-defined]
    with translate_errors():
        storages["attachments"].save(attachment.object_key, upload)
    return _version.get()


def stored(attachment: Attachment) -> tuple[str, int, str] | None:
    """What lies at the attachment's key: version id, bytes and content type; None where nothing does."""
    with translate_errors():
        try:
            head = client().head_object(Bucket=settings.ATTACHMENTS_BUCKET, Key=attachment.object_key)
        except ClientError as error:
            if error.response["Error"].get("Code") == "404":  # a HEAD has no body that could say more
                return None
            raise
    return head.get("VersionId", "null"), head["ContentLength"], head.get("ContentType", "")


def download_url(attachment: Attachment) -> str:
    """A signed URL of the very version that was completed, saved under its name and never shown as a page."""
    name = quote(attachment.file_name, safe="")
    query = [
        f"versionId={quote(attachment.object_version or 'null', safe='')}",
        # RFC 6266 with RFC 8187 encoding: any name, no header injection. Escaped twice: for the header, and for the URL.
        f"response-content-disposition=attachment%3B%20filename%2A%3DUTF-8%27%27{name.replace('%', '%25')}",
    ]
    bucket = _bucket_url(settings.ATTACHMENTS_BUCKET, settings.AWS_ENDPOINT_URL)
    path = f"/{quote(attachment.folder)}/{name}"
    with translate_errors():
        credentials = sdk.credentials()
    stamp = now().strftime("%Y%m%dT%H%M%SZ")
    return signed_url(bucket, path, query, credentials, region=settings.AWS_REGION, stamp=stamp, seconds=DOWNLOAD_LIFE)


@cache
def _bucket_url(name: str, _endpoint: str | None) -> str:
    """Where botocore finds a bucket, by host or by path and in whichever partition: read off a URL of its making."""
    url = client().generate_presigned_url("get_object", Params={"Bucket": name, "Key": "x"})
    return url.partition("?")[0].removesuffix("/x")


def upload_form(attachment: Attachment) -> dict[str, Any]:
    """A presigned POST for exactly this key, size and content type: `{"url": str, "fields": {name: value}}`.

    It ends well before the pending item is due: what came after the purge would never be found again.
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
    objects: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys]
    with translate_errors():
        response = client().delete_objects(Bucket=settings.ATTACHMENTS_BUCKET, Delete={"Objects": objects, "Quiet": True})
    if response.get("Errors"):
        raise Unavailable(f"{len(response['Errors'])} objects could not be deleted.")
