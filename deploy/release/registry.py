"""The image repositories of an environment (ECR).

An image that passed the smoke test of a release gets a further tag, ``tested-<commit>``: another environment copies that one.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

TESTED: Final = "tested-"
SEVERE: Final = ("CRITICAL", "HIGH")
ALREADY_THERE: Final = ("ImageAlreadyExistsException", "ImageTagAlreadyExistsException")


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, through a client of ECR. ``uri``: as images are named, ``<registry's host>/<name>``."""

    client: Any
    uri: str

    @property
    def name(self) -> str:
        return self.uri.split("/", 1)[1]

    def digest(self, tag: str) -> str | None:
        """The digest of the image that was pushed with this tag; None without one."""
        image = self._image(tag)
        return str(image["imageId"]["imageDigest"]) if image else None

    def reference(self, tag: str) -> str:
        """How a task definition names the image of this tag: by digest, or by the tag while it is still to be pushed."""
        digest = self.digest(tag)
        return f"{self.uri}@{digest}" if digest else f"{self.uri}:{tag}"

    def manifest(self, tag: str) -> str:
        """The text whose SHA-256 is the digest of the image that was pushed with this tag. Raises KeyError without one."""
        return str((self._image(tag) or {})["imageManifest"])

    def severe_findings(self, digest: str) -> dict[str, str]:
        """What ECR's scan of an image found: severity and package by the vulnerability's name.

        Waits until the scan, which the push has started, is complete. Raises WaiterError when it does not come.
        """
        image = {"repositoryName": self.name, "imageId": {"imageDigest": digest}}
        self.client.get_waiter("image_scan_complete").wait(**image)
        found = {}
        for page in self.client.get_paginator("describe_image_scan_findings").paginate(**image):
            for finding in page["imageScanFindings"].get("findings", []):
                if finding["severity"] in SEVERE:
                    attributes = {each["key"]: each["value"] for each in finding.get("attributes", [])}
                    found[finding["name"]] = f"{finding['severity']}, {attributes.get('package_name', 'no package named')}"
        return found

    def mark(self, tag: str) -> None:
        """Note that the image of this tag passed a smoke test. Once there the mark stays: the repository's tags are immutable."""
        if image := self._image(tag):
            kind = {name: image[name] for name in ("imageManifest", "imageManifestMediaType") if name in image}
            try:
                self.client.put_image(repositoryName=self.name, imageTag=f"{TESTED}{tag}", **kind)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ALREADY_THERE:
                    raise

    def credentials(self) -> tuple[str, str]:
        """User and password for a push, good for some hours."""
        token = self.client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        return user, password

    def _image(self, tag: str) -> Mapping[str, Any] | None:
        found = self.client.batch_get_image(repositoryName=self.name, imageIds=[{"imageTag": tag}])["images"]
        return found[0] if found else None
