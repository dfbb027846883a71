"""The web page's files in their bucket, in an order that breaks no page that is open.

Files below assets/ carry a hash of their content in their name: browsers keep them for good. Those of earlier releases stay,
because pages that were opened before still ask for them. Browsers and CloudFront ask for everything else again each time
(no-cache, with the distribution's minimum TTL of 0), so nothing has to be invalidated.
Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from deploy.release.deployment import DeploymentError

ASSETS: Final = "assets/"
PAGE: Final = "index.html"
FOREVER: Final = "public, max-age=31536000, immutable"
ALWAYS_ASK: Final = "no-cache"

# As the page needs them; Python's own table depends on the computer's.
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


def publish(s3: Any, bucket: str, folder: Path, config: Mapping[str, Any]) -> Iterator[str]:
    """Upload the built page and its /config.json; yields the key of each file that is uploaded. Assets that are there stay.

    What a file asks for is there before it: assets first, the page last. Raises DeploymentError before the first upload when
    the page is not built or holds a file of an unknown type.
    """
    if not (folder / PAGE).is_file():
        raise DeploymentError(f"{folder} holds no {PAGE}: build the page with `make web`.")
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    contents["config.json"] = json.dumps(config, indent=2).encode()
    if unknown := [key for key in contents if Path(key).suffix not in TYPES]:
        raise DeploymentError(f"deploy/release/website.py does not know the type of {', '.join(unknown)}: add it to TYPES.")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=ASSETS)
    present = {item["Key"] for page in pages for item in page.get("Contents", [])}
    for key in sorted(contents.keys() - present, key=lambda key: (not key.startswith(ASSETS), key == PAGE, key)):
        caching = FOREVER if key.startswith(ASSETS) else ALWAYS_ASK
        content_type = TYPES[Path(key).suffix]
        s3.put_object(Bucket=bucket, Key=key, Body=contents[key], ContentType=content_type, CacheControl=caching)
        yield key
