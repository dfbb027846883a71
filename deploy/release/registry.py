"""The image repositories of an environment (ECR): what is there, and which images were released together.

A release that works leaves a further tag, ``release-<time>``, on both of its images: the registry itself remembers what to
go back to, for whoever goes back, from whichever machine.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK: Final = "release-"
ALREADY_THERE: Final = ("ImageAlreadyExistsException", "ImageTagAlreadyExistsException")
_COMMIT: Final = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, through a client of ECR. ``uri``: as images are named, ``<registry's host>/<name>``."""

    client: Any
    uri: str

    @property
    def name(self) -> str:
        return self.uri.split("/", 1)[1]

    def has(self, tag: str) -> bool:
        """Whether an image of this tag was pushed completely."""
        return bool(self._images(tag))

    def mark(self, name: str, mark: str) -> None:
        """Give the image of this name the further tag ``mark``. Once there it stays: the repository's tags are immutable."""
        (image,) = self._images(name.removeprefix(self.uri)[1:])
        try:
            self.client.put_image(
                repositoryName=self.name,
                imageManifest=image["imageManifest"],
                imageManifestMediaType=image["imageManifestMediaType"],
                imageTag=mark,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in ALREADY_THERE:
                raise

    def marked(self) -> dict[str, str]:
        """Each mark with its image, named as a task definition names it."""
        found: dict[str, str] = {}
        for page in self.client.get_paginator("describe_images").paginate(repositoryName=self.name):
            for image in page["imageDetails"]:
                tags = image.get("imageTags", [])
                commits = sorted(tag for tag in tags if _COMMIT.fullmatch(tag))
                name = f"{self.uri}:{commits[0]}" if commits else f"{self.uri}@{image['imageDigest']}"
                found |= {tag: name for tag in tags if tag.startswith(MARK)}
        return found

    def credentials(self) -> tuple[str, str]:
        """User and password for a push, good for some hours."""
        token = self.client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        return user, password

    def stand_in(self, tag: str) -> None:
        """For an embedded AWS, which keeps names of images and no images: an empty manifest under this tag."""
        layer = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 0, "digest": f"sha256:{'0' * 64}"}
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {**layer, "comment": f"{self.name}:{tag}"},
            "layers": [],
        }
        self.client.put_image(repositoryName=self.name, imageManifest=json.dumps(manifest), imageTag=tag)

    def _images(self, reference: str) -> list[Mapping[str, str]]:
        """What is there under a tag or a digest: one image or none."""
        kind = "imageDigest" if reference.startswith("sha256:") else "imageTag"
        answer = self.client.batch_get_image(repositoryName=self.name, imageIds=[{kind: reference}])
        return [
            {name: str(image.get(name, "")) for name in ("imageManifest", "imageManifestMediaType")} for image in answer["images"]
        ]


Images = tuple[str, ...]
"""What runs together: an image for each service, in their order."""


def history(repositories: list[Repository]) -> list[Images]:
    """The releases that every repository remembers, oldest first."""
    marked = [repository.marked() for repository in repositories]
    common = sorted(set.intersection(*(set(each) for each in marked)))
    return [tuple(each[mark] for each in marked) for mark in common]


def before(releases: list[Images], current: Images) -> Images | None:
    """The images to go back to from ``current``: those of the last release that worked before it; None without one.

    What runs now without being in the list never worked: the newest release is the one before it.
    """
    end = max((index for index, each in enumerate(releases) if each == current), default=len(releases))
    return next((each for each in reversed(releases[:end]) if each != current), None)
