"""The image repositories of an environment (ECR), and what is known of an image before it runs.

An image that passed the smoke test of a release gets a further tag, ``tested-<commit>``: another environment copies that one.
"""

import base64
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError, WaiterError
from rich.console import Console

from deploy import images
from deploy.release.deployment import DeploymentError
from deploy.release.records import Records

TESTED: Final = "tested-"


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
                if finding["severity"] in {"CRITICAL", "HIGH"}:
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
                if "AlreadyExistsException" not in error.response["Error"]["Code"]:
                    raise

    def credentials(self) -> tuple[str, str]:
        """User and password for a push, good for some hours."""
        token = self.client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        return user, password

    def _image(self, tag: str) -> Mapping[str, Any] | None:
        found = self.client.batch_get_image(repositoryName=self.name, imageIds=[{"imageTag": tag}])["images"]
        return found[0] if found else None


def verify(manifest: str, repository: str) -> None:
    """Raises DeploymentError unless GitHub attests that the workflow ``deploy`` on main has built the image of this manifest.

    ``repository``: on GitHub, as owner/name. Source: https://cli.github.com/manual/gh_attestation_verify
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.json"
        path.write_bytes(manifest.encode())
        workflow = f"{repository}/.github/workflows/deploy.yml"
        who = ["--repo", repository, "--signer-workflow", workflow, "--source-ref", "refs/heads/main"]
        try:
            done = subprocess.run(["gh", "attestation", "verify", path, *who], capture_output=True, text=True, check=False)  # noqa: S603, S607
        except OSError as error:
            raise DeploymentError(f"GitHub's gh, which verifies images, does not run here: {error}") from error
    if done.returncode:
        raise DeploymentError(f"The pipeline of {repository} has not built this image: {done.stderr.strip()}")


def examine(
    repository: Repository, tag: str, kept: Records, accepted: Collection[str], console: Console, *, is_production: bool
) -> None:
    """Keep what an image is made of, and hold back production from one with severe vulnerabilities; others are told of them.

    ``accepted``: names of vulnerabilities to go on with. Raises DeploymentError and ImageError.
    """
    image, digest = f"{repository.uri}:{tag}", repository.digest(tag)
    if digest is None:
        raise DeploymentError(f"{image} is not in the registry.")
    kept.add_sbom(digest, lambda: images.sbom(f"registry:{repository.uri}@{digest}", *repository.credentials()))
    try:
        found = repository.severe_findings(digest)
    except WaiterError as error:
        problem = f"ECR has not scanned {image}: {error}"
    else:
        severe = {name: what for name, what in found.items() if name not in accepted}
        if not severe:
            return
        named = ", ".join(f"{name} ({what})" for name, what in severe.items())
        problem = (
            f"{image} has known vulnerabilities: {named}. Update what has them. "
            f"To release it nevertheless, say why for each: --accept {next(iter(severe))}=REASON"
        )
    if is_production:
        raise DeploymentError(problem)
    console.print(f"{problem} Production would refuse it.")
