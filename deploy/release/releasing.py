"""The steps of a release: `deploy.py up`, `rollback` and `recover` are their command line.

What is already done is asked of AWS itself, never of a file on this machine: whoever runs it again, from wherever, goes on.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deploy import images, smoke
from deploy.containers import SERVICES
from deploy.release import registry, website
from deploy.release.deployment import DeploymentError
from deploy.release.github import existing_provider
from deploy.release.registry import Repository
from deploy.release.rollout import Rollout
from deploy.stacks import STACKS
from deploy.stacks.bootstrap.execution_role import PIPELINE_STACKS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import boto3
    from rich.console import Console

    from deploy.containers import Service
    from deploy.release.deployment import Deployable

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "web" / "dist"
BOOTSTRAP: Final = "bootstrap"
IMAGE_STACKS: Final = ("services", "purge")
"""The stacks whose parameters name images."""
IMAGE_PARAMETERS: Final = [f"{service.noun}Image" for service in SERVICES]


class Release:
    """One environment, and what is released to it."""

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        self.options = options
        self.console = console
        self._session = session
        self.rollout = Rollout(options, session, console, self._made_here)
        if options.pipeline:
            # CloudFormation acts as the role that bootstrap made for it; the pipeline's own may only ask for changes.
            options.role_arn = self.rollout.outputs(BOOTSTRAP).get("StackRoleArn")
            self.rollout = Rollout(options, session, console, self._made_here)
        names = PIPELINE_STACKS if options.pipeline else [stack.name for stack in STACKS]
        self.stacks = self.rollout.stacks(names)

    def run(self) -> None:
        """Release. Raises the first failure; what was done until then stays, and a second run goes on from there."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("Bootstrap", self._bootstrap),
            ("Images", self._images),
            ("Stacks", self._deploy),
            ("Site", self._site),
            ("Smoke test", self._smoke),
            ("Record", self._record),
        ]
        self.rollout.check(self.stacks, made_meanwhile=IMAGE_PARAMETERS)
        for number, (name, step) in enumerate(steps, 1):
            self.console.rule(f"{number}/{len(steps)} {name}", align="left")
            step()
        self.console.print(f"{self.options.environment} is released: {self.rollout.outputs('web')['SiteOrigin']}")

    def plan(self) -> None:
        """Show what a release would do. Changes nothing and builds nothing."""
        self.console.rule("Images", align="left")
        for service in self._services():
            self.console.print(f"{service.name}: {self._fate(service)}")
        self.console.rule("Stacks", align="left")
        self.rollout.plan(self.stacks, made_meanwhile=IMAGE_PARAMETERS)
        self.console.print("Then the page is built and put into its bucket, the smoke test is made, and both images are marked.")

    def roll_back(self) -> None:
        """Put back the images of the last release that worked before the one that runs. Raises DeploymentError without one."""
        current = self._deployed_images()
        self._go_to(registry.before(registry.history(self._repositories()), current), current)

    def recover(self) -> None:
        """After a release that failed: put back the images of the newest one that worked, if others run."""
        current = self._deployed_images()
        newest = next(reversed(registry.history(self._repositories())), None)
        if newest == current:
            self.console.print("The images of the newest release that worked run already.")
        else:
            self._go_to(newest, current)

    def _go_to(self, target: registry.Images | None, current: registry.Images) -> None:
        if target is None:
            raise DeploymentError(
                "No earlier release is recorded to go back to. Give the images by hand: "
                "python deploy/deploy.py stacks --only services purge --parameters TodosImage=… FilesImage=…"
            )
        for service, old, new in zip(SERVICES, current, target, strict=True):
            self.console.print(f"{service.name}: {old} → {new}" if old != new else f"{service.name}: stays {old}")
        for stack in self.rollout.stacks(IMAGE_STACKS):
            self.rollout.deploy_one(stack, dict(zip(IMAGE_PARAMETERS, target, strict=True)), as_deployed=True)
        self._smoke()

    # The steps

    def _bootstrap(self) -> None:
        if self.options.pipeline:
            self.console.print("An administrator's: nothing to do for a pipeline.")
            return
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] == BOOTSTRAP])

    def _images(self) -> None:
        for service, repository in zip(SERVICES, self._repositories(), strict=True):
            if service not in self._services():
                continue
            tag = self._tag(service)
            image = f"{repository.uri}:{tag}"
            if repository.has(tag):
                self.console.print(f"{image} is there.")
            elif self.options.endpoint_url:
                repository.stand_in(tag)
                self.console.print(f"{image}: its name is registered, as the embedded AWS keeps no images.")
            else:
                builder = images.engine()
                self.console.print(f"{image}: building with {builder} …")
                images.build(builder, service=service.name, image=image, revision=tag, base=self.options.base)
                user, password = repository.credentials()
                images.push(builder, image, user=user, password=password)

    def _deploy(self) -> None:
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] != BOOTSTRAP])

    def _site(self) -> None:
        build_page()
        config = website.config(self.rollout.outputs("identity"), self.rollout.regions["identity"], self.options.endpoint_url)
        bucket = self.rollout.outputs("web")["SiteBucketName"]
        for file in website.publish(self._client("s3", "web"), bucket, website.files(DIST, config)):
            self.console.print(f"  {file.key}: {len(file.content):,} bytes")

    def _smoke(self) -> None:
        if self.options.endpoint_url:
            self.console.print("No container runs on the embedded AWS: `make rehearse` makes the journey there.")
            return
        # The distribution's own host: the domain may not point to it yet, on the day of the first release.
        url = f"https://{self.rollout.outputs('web')['DistributionHost']}"
        if not smoke.smoke(url, self.console):
            raise DeploymentError(
                "The release is deployed but does not work. Take it back: python deploy/deploy.py rollback --environment "
                f"{self.options.environment}. Or repair it and run the same command again."
            )

    def _record(self) -> None:
        repositories, current = self._repositories(), self._deployed_images()
        if registry.history(repositories)[-1:] == [current]:
            self.console.print("These images are the newest release in the record already.")
            return
        mark = f"{registry.MARK}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        for image, repository in zip(current, repositories, strict=True):
            repository.mark(image, mark)
        self.console.print(f"Both images carry the mark {mark}.")

    # What the steps ask for

    def _made_here(self, stack: Deployable) -> dict[str, str]:
        made: dict[str, str] = {}
        bootstrap = self.rollout.outputs(BOOTSTRAP)
        if "BoundaryArn" in bootstrap:
            made["PermissionsBoundaryArn"] = bootstrap["BoundaryArn"]
        if stack.tags["stack"] == BOOTSTRAP and not bootstrap:
            made["OidcProviderArn"] = existing_provider(self._session, self.options.endpoint_url)
        if stack.tags["stack"] in IMAGE_STACKS and self.options.command == "up":
            for service in self._services():
                if uri := bootstrap.get(f"{service.noun}RepositoryUri"):
                    made[f"{service.noun}Image"] = f"{uri}:{self._tag(service)}"
        return made

    def _services(self) -> list[Service]:
        """Whose image is released."""
        return [service for service in SERVICES if self.options.services in {service.name, "both"}]

    def _tag(self, service: Service) -> str:
        return self.options.tag or images.tag(service.name)

    def _fate(self, service: Service) -> str:
        """What becomes of an image."""
        tag = self._tag(service)
        uri = self.rollout.outputs(BOOTSTRAP).get(f"{service.noun}RepositoryUri")
        if uri and Repository(self._client("ecr", BOOTSTRAP), uri).has(tag):
            return f"{tag} is in the registry already."
        return f"{tag} will be built and pushed."

    def _repositories(self) -> list[Repository]:
        outputs = self.rollout.outputs(BOOTSTRAP)
        if not outputs:
            name = self.rollout.configuration.stack_name(BOOTSTRAP)
            raise DeploymentError(f"{name} is not deployed: an administrator releases once without --pipeline.")
        client = self._client("ecr", BOOTSTRAP)
        return [Repository(client, outputs[f"{service.noun}RepositoryUri"]) for service in SERVICES]

    def _deployed_images(self) -> registry.Images:
        name = self.rollout.configuration.stack_name("services")
        found = self.rollout.deployer(self.rollout.regions["services"]).find(name)
        if found is None:
            raise DeploymentError(f"{name} is not deployed: there is nothing to go back from.")
        values = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
        return tuple(values[parameter] for parameter in IMAGE_PARAMETERS)

    def _client(self, service: Any, stack: str) -> Any:
        """A client in the region of a stack."""
        return self._session.client(service, self.rollout.regions[stack], endpoint_url=self.options.endpoint_url)


def build_page() -> None:
    """Build web/ when its sources changed. Raises DeploymentError."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "build.py")], check=False).returncode:  # noqa: S603
        raise DeploymentError("The page cannot be built; what is missing is said above.")
