"""What is known of an image before it runs: who built it, what it is made of, and which vulnerabilities it has."""

import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from botocore.exceptions import WaiterError
from rich.console import Console

from deploy import images
from deploy.release.deployment import DeploymentError
from deploy.release.records import Records
from deploy.release.registry import Repository

WORKFLOW: Final = ".github/workflows/deploy.yml"


def verify(manifest: str, repository: str) -> None:
    """Raises DeploymentError unless GitHub attests that the workflow ``deploy`` on main has built the image of this manifest.

    ``repository``: on GitHub, as owner/name. Source: https://cli.github.com/manual/gh_attestation_verify
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.json"
        path.write_bytes(manifest.encode())
        who = ["--repo", repository, "--signer-workflow", f"{repository}/{WORKFLOW}", "--source-ref", "refs/heads/main"]
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
