"""The steps of a release: deploy/deploy.py is their command line.

What is already done is asked of AWS itself, never of a file on this machine: whoever runs it again, from wherever, goes on.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deploy import images, smoke
from deploy.configuration import Configuration
from deploy.containers import SERVICES
from deploy.release import parameters, registry, website
from deploy.release.assembly import Assembly
from deploy.release.github import existing_provider
from deploy.release.registry import Repository
from deploy.release.rollout import Deployers, Rollout
from deploy.stacks import STACKS
from deploy.stacks.bootstrap.pipeline import PIPELINE_STACKS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    import boto3
    from rich.console import Console

    from deploy.containers import Service
    from deploy.release.deployment import Stack

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "web" / "dist"
BOOTSTRAP: Final = "bootstrap"
IMAGE_STACKS: Final = ("services", "purge")
"""The stacks whose parameters name images."""


class ReleaseError(Exception):
    """A step cannot be taken; the message says what to do."""


class Release:
    """One environment, and what is released to it."""

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        self.options = options
        self.console = console
        self.configuration = Configuration.of(options)
        self.assembly = Assembly(self.configuration, session.region_name, options.owner, options.endpoint_url)
        self.deployers = Deployers(session, options, console)
        self.services = [service for service in SERVICES if options.services in {service.name, "both"}]
        self._session = session
        names = PIPELINE_STACKS if options.pipeline else [stack.name for stack in STACKS]
        self.stacks = self.assembly.stacks(names)
        self._regions = {stack.name: stack.region or session.region_name for stack in STACKS}
        if options.pipeline:
            # CloudFormation acts as the role that bootstrap made for it; the pipeline's own may only ask for changes.
            options.role_arn = self._outputs(BOOTSTRAP).get("StackRoleArn")
            self.deployers = Deployers(session, options, console)
        given = parameters.parse(options.parameters)
        self.rollout = Rollout(self.assembly, self.deployers, console, given, self._made_here)

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
        self.rollout.check(self.stacks, made_meanwhile=self._pushed())
        for number, (name, step) in enumerate(steps, 1):
            self.console.rule(f"[bold]{number}/{len(steps)} {name}", align="left")
            step()
        self.console.print(f"[green]{self.options.environment} is released:[/] {self._outputs('web')['SiteOrigin']}")

    def plan(self) -> None:
        """Show what a release would do. Changes nothing and builds nothing."""
        self.console.rule("[bold]Images", align="left")
        for service in self.services:
            self.console.print(f"{service.name}: {self._fate(service)}")
        self.console.rule("[bold]Stacks", align="left")
        self.rollout.plan(self.stacks, self.options.confirm, made_meanwhile=self._pushed())
        self.console.rule("[bold]Site", align="left")
        self.console.print(self._site_plan())
        self.console.print("Then the smoke test, and a mark on both images by which --rollback finds them.")

    def roll_back(self) -> None:
        """Put back the images of the last release that worked before the one that runs. Raises ReleaseError without one."""
        current = self._deployed_images()
        self._go_to(registry.before(registry.history(self._repositories()), current), current)

    def recover(self) -> None:
        """After a release that failed: put back the images of the newest one that worked, if others run. Raises ReleaseError."""
        current = self._deployed_images()
        newest = next(reversed(registry.history(self._repositories())), None)
        if newest == current:
            self.console.print("The images of the newest release that worked run already.")
        else:
            self._go_to(newest, current)

    def _go_to(self, target: registry.Images | None, current: registry.Images) -> None:
        if target is None:
            raise ReleaseError(
                "No earlier release is recorded to go back to. Give the images by hand: "
                "python deploy/deploy_stack.py --stacks services purge --parameters TodosImage=… FilesImage=…"
            )
        for service, old, new in zip(SERVICES, current, target, strict=True):
            self.console.print(f"{service.name}: {old} → {new}" if old != new else f"{service.name}: stays {old}")
        images_by_name = dict(zip(_image_names(), target, strict=True))
        for stack in self.assembly.stacks(IMAGE_STACKS):
            values = self.assembly.inputs(stack, self.deployers.outputs) | images_by_name
            self.rollout.deploy_one(stack, {name: values[name] for name in values if name in stack.template["Parameters"]})
        self._smoke()

    # The steps

    def _bootstrap(self) -> None:
        if self.options.pipeline:
            self.console.print("An administrator's: nothing to do for a pipeline.")
            return
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] == BOOTSTRAP])

    def _images(self) -> None:
        for service, repository in zip(SERVICES, self._repositories(), strict=True):
            if service not in self.services:
                continue
            tag = self._tag(service)
            image = f"{repository.uri}:{tag}"
            if repository.has(tag):
                self.console.print(f"{image} is there.")
            elif self.options.endpoint_url:
                repository.stand_in(tag)
                self.console.print(f"{image}: its name is registered, as the embedded AWS keeps no images.")
            else:
                builder = images.tool()
                self.console.print(f"{image}: building with {builder} …")
                images.build(builder, service=service.name, image=image, revision=tag, base=self.options.base)
                user, password = repository.credentials()
                images.push(builder, image, user=user, password=password)

    def _deploy(self) -> None:
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] != BOOTSTRAP])

    def _site(self) -> None:
        wanted = self._site_files(build=True)
        web = self._outputs("web")
        s3, bucket = self._client("s3", "web"), web["SiteBucketName"]
        changed = website.changed(s3, bucket, wanted)
        for file in website.upload(s3, bucket, changed):
            self.console.print(f"  {file.key} [dim]{len(file.content):,} bytes, {file.caching}[/]")
        self.console.print(f"{len(changed)} of {len(wanted)} files were new or changed.")
        for key in website.retire(s3, bucket, wanted):
            self.console.print(f"  {key} is deleted: no release holds it since {website.KEPT_DAYS} days.")
        asked = website.invalidate(self._client("cloudfront", "web"), s3, bucket, web["DistributionId"], wanted)
        self.console.print(f"CloudFront forgets what has changed under its old name (invalidation {asked}).")

    def _smoke(self) -> None:
        if self.options.endpoint_url:
            self.console.print("No container runs on the embedded AWS: `make rehearse` makes the journey there.")
            return
        # The distribution's own host: the domain may not point to it yet, on the day of the first release.
        url = f"https://{self._outputs('web')['DistributionHost']}"
        if not smoke.smoke(url, self.console):
            raise ReleaseError(
                f"The release is deployed but does not work. Take it back: python deploy/deploy.py --environment "
                f"{self.options.environment} --rollback. Or repair it and run the same command again."
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

    def _made_here(self, stack: Stack) -> dict[str, str]:
        made: dict[str, str] = {}
        bootstrap = self._outputs(BOOTSTRAP)
        if "BoundaryArn" in bootstrap:
            made["PermissionsBoundaryArn"] = bootstrap["BoundaryArn"]
        if stack.tags["stack"] == BOOTSTRAP and not bootstrap:
            made["OidcProviderArn"] = existing_provider(self._session, self.options.endpoint_url)
        if stack.tags["stack"] in IMAGE_STACKS:
            for service in self.services:
                if uri := bootstrap.get(f"{service.noun}RepositoryUri"):
                    made[f"{service.noun}Image"] = f"{uri}:{self._tag(service)}"
        return made

    def _pushed(self) -> list[str]:
        """The parameters that name the images of this release: known once `bootstrap` has made their repositories."""
        return [f"{service.noun}Image" for service in self.services]

    def _tag(self, service: Service) -> str:
        return self.options.tag or images.tag(service.name)

    def _fate(self, service: Service) -> str:
        """What becomes of an image."""
        tag = self._tag(service)
        uri = self._outputs(BOOTSTRAP).get(f"{service.noun}RepositoryUri")
        if uri and Repository(self._client("ecr", BOOTSTRAP), uri).has(tag):
            return f"{tag} is in the registry already."
        return f"{tag} will be built and pushed."

    def _repositories(self) -> list[Repository]:
        outputs = self._outputs(BOOTSTRAP)
        if not outputs:
            raise ReleaseError(
                f"{self.configuration.stack_name(BOOTSTRAP)} is not deployed: an administrator releases once without --pipeline."
            )
        client = self._client("ecr", BOOTSTRAP)
        return [Repository(client, outputs[f"{service.noun}RepositoryUri"]) for service in SERVICES]

    def _deployed_images(self) -> registry.Images:
        name = self.configuration.stack_name("services")
        found = self.deployers[self._regions["services"]].find(name)
        if found is None:
            raise ReleaseError(f"{name} is not deployed: there is nothing to go back from.")
        values = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
        return tuple(values[parameter] for parameter in _image_names())

    def _site_files(self, *, build: bool) -> list[website.File]:
        if build:
            build_page()
        config = website.config(self._outputs("identity"), self._regions["identity"], self.options.endpoint_url)
        return website.files(DIST, config)

    def _site_plan(self) -> str:
        web = self._outputs("web")
        if not web:
            return "The page is built; all its files and config.json are put into the new bucket."
        if not (DIST / website.PAGE).is_file():
            return "The page is built, and what differs is put into the bucket."
        changed = website.changed(self._client("s3", "web"), web["SiteBucketName"], self._site_files(build=False))
        return "\n".join(["As the page was built last, these files differ:", *(f"  {file.key}" for file in changed)])

    def _outputs(self, stack: str) -> Mapping[str, str]:
        return self.deployers.outputs(self.configuration.stack_name(stack), self._regions[stack])

    def _client(self, service: Any, stack: str) -> Any:
        """A client in the region of a stack."""
        return self._session.client(service, self._regions[stack], endpoint_url=self.options.endpoint_url)


def build_page() -> None:
    """Build web/ when its sources changed. Raises ReleaseError."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "build.py")], check=False).returncode:  # noqa: S603
        raise ReleaseError("The page cannot be built; what is missing is said above.")


def _image_names() -> list[str]:
    return [f"{service.noun}Image" for service in SERVICES]
