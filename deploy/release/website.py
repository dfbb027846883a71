"""The site's files in their bucket: with the caching each of them needs, in an order that breaks no page that is open.

Files below assets/ carry a hash of their content in their name: browsers keep them for good, and those of earlier releases
stay for a while, because pages that were opened before still ask for them. Everything else is asked for again each time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

ASSETS: Final = "assets/"
PAGE: Final = "index.html"
CONFIG: Final = "config.json"
FOREVER: Final = "public, max-age=31536000, immutable"
ALWAYS_ASK: Final = "no-cache"
KEPT_DAYS: Final = 30
"""How long a file stays after the first release that does not hold it."""
RETIRED: Final = "retired"
"""Of an object's metadata: when that release was."""

# As the page needs them; Python's own table depends on the machine's.
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class SiteError(Exception):
    """The site cannot be published; the message says what to do."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site."""

    key: str
    content: bytes
    content_type: str

    @property
    def caching(self) -> str:
        return FOREVER if self.key.startswith(ASSETS) else ALWAYS_ASK

    @property
    def headers(self) -> dict[str, Any]:
        """What is stored beside the content, and what a file that is there already is compared by."""
        return {
            "CacheControl": self.caching,
            "ContentType": self.content_type,
            "Metadata": {"sha256": hashlib.sha256(self.content).hexdigest()},
        }


def files(folder: Path, config: Mapping[str, Any]) -> list[File]:
    """The built page and its /config.json, in the order they may appear: what a file asks for is there before it.

    Raises SiteError when the page is not built, or holds a file of a type nobody decided on.
    """
    if not (folder / PAGE).is_file():
        raise SiteError(f"{folder} holds no {PAGE}: build the page with `make web`.")
    found = [File(CONFIG, json.dumps(config, indent=2).encode(), TYPES[".json"])]
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        key = path.relative_to(folder).as_posix()
        if path.suffix not in TYPES:
            raise SiteError(f"{key} is of a type that deploy/release/website.py does not know: add {path.suffix!r} to TYPES.")
        found.append(File(key, path.read_bytes(), TYPES[path.suffix]))
    return sorted(found, key=lambda file: (not file.key.startswith(ASSETS), file.key == PAGE, file.key))


def config(identity: Mapping[str, str], region: str, endpoint_url: str | None) -> dict[str, Any]:
    """What differs between environments, read by the page when it starts. ``identity``: outputs of that stack."""
    return {
        "apiBase": "/api",
        "region": region,
        "userPoolId": identity["UserPoolId"],
        "clientId": identity["WebClientId"],
        # Amplify wants a trailing slash: it sends its requests to exactly this address.
        "cognitoEndpoint": f"{endpoint_url.rstrip('/')}/" if endpoint_url else None,
    }


def changed(s3: S3Client, bucket: str, wanted: Iterable[File]) -> list[File]:
    """Those of the files that the bucket does not hold as they are."""
    return [file for file in wanted if _stored(s3, bucket, file.key) != file.headers]


def upload(s3: S3Client, bucket: str, wanted: Iterable[File]) -> Iterator[File]:
    """Put the files there one by one, in the given order; yields each that is done."""
    for file in wanted:
        s3.put_object(Bucket=bucket, Key=file.key, Body=file.content, **file.headers)
        yield file


def retire(s3: S3Client, bucket: str, wanted: Iterable[File], now: datetime | None = None) -> list[str]:
    """Delete what no release has held for ``KEPT_DAYS``; returns the keys.

    What this release is the first not to hold is noted on the object itself, which begins its days.
    """
    now = now or datetime.now(UTC)
    kept = {file.key for file in wanted}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    others = [item["Key"] for page in pages for item in page.get("Contents", []) if item["Key"] not in kept]
    deleted = []
    for key in others:
        found = s3.head_object(Bucket=bucket, Key=key)
        since = found["Metadata"].get(RETIRED)
        if since is None:
            s3.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource={"Bucket": bucket, "Key": key},
                MetadataDirective="REPLACE",
                CacheControl=found.get("CacheControl", ALWAYS_ASK),
                ContentType=found["ContentType"],
                Metadata={**found["Metadata"], RETIRED: now.isoformat()},
            )
        elif datetime.fromisoformat(since) < now - timedelta(days=KEPT_DAYS):
            s3.delete_object(Bucket=bucket, Key=key)
            deleted.append(key)
    return deleted


def invalidate(cloudfront: Any, s3: S3Client, bucket: str, distribution: str, wanted: Iterable[File]) -> str:
    """Let CloudFront forget its copies of what keeps its name; returns the invalidation's id.

    Its reference follows from the stored versions: asked twice for the same ones, CloudFront answers with the first, so that
    a release that is run again neither leaves this out nor pays for it twice.
    """
    keys = [file.key for file in wanted if file.caching == ALWAYS_ASK]
    versions = [f"{key} {s3.head_object(Bucket=bucket, Key=key).get('VersionId', '')}" for key in keys]
    batch: Any = {
        "Paths": {"Quantity": len(keys), "Items": [f"/{key}" for key in keys]},
        "CallerReference": hashlib.sha256("\n".join(versions).encode()).hexdigest(),
    }
    return str(cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)["Invalidation"]["Id"])


def _stored(s3: S3Client, bucket: str, key: str) -> dict[str, Any] | None:
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004
            return None
        raise
    return {"CacheControl": found.get("CacheControl"), "ContentType": found.get("ContentType"), "Metadata": found.get("Metadata")}
