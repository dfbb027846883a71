"""The web page's files in their bucket, in an order that breaks no page that is open.

Files below assets/ carry a hash of their content in their name: browsers keep them for good. Those of earlier releases stay,
because pages that were opened before still ask for them. Browsers and CloudFront ask for everything else again each time
(no-cache, with the distribution's minimum TTL of 0), so nothing has to be invalidated.
Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy.release.deployment import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

ASSETS: Final = "assets/"
PAGE: Final = "index.html"
FOREVER: Final = "public, max-age=31536000, immutable"
ALWAYS_ASK: Final = "no-cache"

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


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site."""

    key: str
    content: bytes
    content_type: str

    @property
    def is_asset(self) -> bool:
        return self.key.startswith(ASSETS)


def files(folder: Path, config: Mapping[str, Any]) -> list[File]:
    """The built page and its /config.json, in the order they may appear: what a file asks for is there before it.

    Raises DeploymentError when the page is not built, or holds a file of an unknown type.
    """
    if not (folder / PAGE).is_file():
        raise DeploymentError(f"{folder} holds no {PAGE}: build the page with `make web`.")
    found = [File("config.json", json.dumps(config, indent=2).encode(), TYPES[".json"])]
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        key = path.relative_to(folder).as_posix()
        if path.suffix not in TYPES:
            raise DeploymentError(f"{key} has a type that deploy/release/website.py does not know: add {path.suffix!r} to TYPES.")
        found.append(File(key, path.read_bytes(), TYPES[path.suffix]))
    return sorted(found, key=lambda file: (not file.is_asset, file.key == PAGE, file.key))


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


def publish(s3: S3Client, bucket: str, site: Iterable[File]) -> Iterator[File]:
    """Put the files there one by one, in the given order, but assets that are there already; yields each that is uploaded."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ASSETS)
    present = {item["Key"] for page in pages for item in page.get("Contents", [])}
    for file in site:
        if file.key not in present:
            caching = FOREVER if file.is_asset else ALWAYS_ASK
            s3.put_object(Bucket=bucket, Key=file.key, Body=file.content, ContentType=file.content_type, CacheControl=caching)
            yield file
