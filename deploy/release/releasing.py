"""The steps of a release: `deploy.py up` and `rollback` are their command line.

What is already done is read from AWS, never from a file on this computer: a second run, on any computer, continues.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import boto3
from rich.console import Console

from deploy import images, smoke
from deploy.containers import SERVICES, Service
from deploy.release import account, arrival, confirmation, image_checks, preflight, records, smoke_gate, website
from deploy.release.deployment import DeploymentError
from deploy.release.plans import Deployable
from deploy.release.registry import TESTED, Repository
from deploy.release.rollout import BOOTSTRAP, Rollout
from deploy.stacks import STACKS
from deploy.stacks.bootstrap.execution_role import PIPELINE_STACKS
from deploy.stacks.bootstrap.pipeline import TESTED_ENVIRONMENT

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "web" / "dist"
IMAGE_STACKS: Final = ("services", "purge")
"""The stacks whose parameters name images."""
IMAGE_PARAMETERS: Final = [f"{service.noun}Image" for service in SERVICES]
BY_HAND: Final = "by hand"
"""The name of a run without one."""


class Release:
    """One environment, and what is released to it."""

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        self.options = options
        self.console = console
        self.rollout = Rollout(options, session, console, self._made_here)
        names = PIPELINE_STACKS if options.pipeline else [stack.name for stack in STACKS]
        self.stacks = self.rollout.stacks(names)

    def run(self) -> None:
        """Check, ask, release. Raises the first failure; what was done until then stays, and a second run goes on from there."""
        self.rollout.check(self.stacks, made_meanwhile=IMAGE_PARAMETERS)
        if problems := self._problems():
            raise DeploymentError("\n".join(["Nothing was changed. This would stop a release:", *problems]))
        confirmation.yes(self.options.yes or self.options.pipeline, "Go on?")
        started = time.monotonic()
        steps: list[tuple[str, Callable[[], None]]] = [
            ("Bootstrap", self._bootstrap),
            ("Images", self._images),
            ("Stacks", self._deploy),
            ("Site", self._site),
            ("Smoke test", self._smoke),
            ("Record", self._record),
        ]
        for number, (name, step) in enumerate(steps, 1):
            self.console.rule(f"{number}/{len(steps)} {name}", align="left")
            step()
            if name == "Site":
                arrival.first_response(self.rollout)
                answered = time.monotonic() - started
        arrival.tell_what_is_next(self.rollout, self.console)
        minutes, seconds = divmod(round(answered), 60)
        self.console.print(f"The first response came {minutes} min {seconds} s after the start.")
        self.console.print(f"{self.options.environment} is released: {self.rollout.outputs('web')['SiteOrigin']}")

    def plan(self) -> None:
        """Show what a release would do. Changes nothing and builds nothing."""
        for problem in self._problems():
            self.console.print(problem)
        self.rollout.plan(self.stacks, made_meanwhile=IMAGE_PARAMETERS)
        self.console.print("Then the page is put into its bucket, the smoke test is made, and the release is recorded.")

    def roll_back(self) -> None:
        """Put back a release as a whole: images and templates of the pipeline's stacks, and the page.

        It is the last good one while another is unfinished, and else the one before it. With ``--run`` only that run is taken
        back: when another one is unfinished, a person or a later release has been there since. Raises DeploymentError without
        a release to go back to.
        """
        kept = self._records()
        state = kept.state
        if self.options.run not in {state.unfinished, BY_HAND}:
            self.console.print("Nothing to roll back: this release had changed nothing yet, or something else runs since.")
            return
        target = state.good if state.unfinished or not state.good else kept.before(state.good)
        if target is None:
            raise DeploymentError(
                "No earlier release is recorded to go back to. Give the images by hand: "
                "python deploy/deploy.py stacks --only services purge --parameters TodosImage=… FilesImage=…"
            )
        self.console.print(f"Back to the release of {target}: {', '.join(PIPELINE_STACKS)}, and the page. Data stays as it is.")
        release = kept.read(target)
        for stack in self.rollout.stacks(list(PIPELINE_STACKS)):
            self.rollout.deployer(stack.region).interrupt(stack.name)
            if template := release.templates.get(stack.tags["stack"]):
                before = replace(stack, template=smoke_gate.at_once(template))
                images_of_it = {name: image for name, image in release.images.items() if name in template.get("Parameters", {})}
                self.rollout.deploy_one(before, self.rollout.values(before) | images_of_it)
        with tempfile.TemporaryDirectory() as folder:
            kept.write_page(target, Path(folder))
            self._publish(Path(folder))
        self._smoke()
        kept.settle(target)

    def _problems(self) -> list[str]:
        """What would stop a release; also says what it makes and costs."""
        missing = [service for service in self._services() if not self._is_there(service)]
        fates = [self._fate(service, missing=service in missing) for service in self._services()]
        return preflight.prepare(self.rollout, self.stacks, fates, self.console, needs_engine=bool(missing))

    # The steps

    def _bootstrap(self) -> None:
        if self.options.pipeline:
            self.console.print("An administrator's: nothing to do for a pipeline.")
            return
        if made := account.create_service_linked_roles(self.rollout.client("iam", BOOTSTRAP)):
            self.console.print(f"Service-linked roles are new in this account: {', '.join(made)}.")
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] == BOOTSTRAP])

    def _images(self) -> None:
        sources = self._repositories(self.options.images_from) if self.options.images_from else [None] * len(SERVICES)
        for service, repository, source in zip(SERVICES, self._repositories(), sources, strict=True):
            if service in self._services():
                self._image(service, repository, source)
                self._examine(service, repository)

    def _image(self, service: Service, repository: Repository, source: Repository | None) -> None:
        """Build and push an image that is not there, or copy the one that the environment of ``source`` has tested."""
        tag = self._tag(service)
        image = f"{repository.uri}:{tag}"
        tested = source.digest(f"{TESTED}{tag}") if source else None
        if source and not tested:
            raise DeploymentError(
                f"{self.options.images_from} has not released {service.name} {tag} yet: release it there first."
            )
        is_there = bool(repository.digest(tag))
        if is_there:
            self.console.print(f"{image} is there.")
        else:
            builder = images.engine()
            user, password = repository.credentials()
            images.log_in(builder, image, user=user, password=password)
            if source:
                self.console.print(f"{image}: copying {tested} from {self.options.images_from} …")
                images.copy(builder, f"{source.uri}@{tested}", image)
            else:
                self.console.print(f"{image}: building with {builder} …")
                architecture = self.rollout.configuration.architecture
                images.build(
                    builder, service=service.name, image=image, revision=tag, base=self.options.base, architecture=architecture
                )
                images.push(builder, image)
        if self.options.subjects and not is_there and not source:
            with self.options.subjects.open("a", encoding="utf-8") as subjects:
                print((repository.digest(tag) or "").removeprefix("sha256:"), repository.uri, sep="  ", file=subjects)
        if tested and repository.digest(tag) != tested:
            raise DeploymentError(f"{image} is another image than the one that {self.options.images_from} has tested.")

    def _examine(self, service: Service, repository: Repository) -> None:
        """Hold back an image that the pipeline has not built, or in production one with severe vulnerabilities."""
        tag = self._tag(service)
        if self.options.attested_by:
            image_checks.verify(repository.manifest(tag), self.options.attested_by)
        is_production = self.rollout.configuration.is_production
        accepted = dict(self.options.accept)
        image_checks.examine(repository, tag, self._records(), accepted, self.console, is_production=is_production)

    def _deploy(self) -> None:
        self._records().begin(self.options.run)
        self.rollout.deploy([stack for stack in self.stacks if stack.tags["stack"] != BOOTSTRAP])

    def _site(self) -> None:
        if not self.options.page:
            build_page()
        self._publish(self._page())

    def _publish(self, page: Path) -> None:
        config = website.config(self.rollout.outputs("identity"), self.rollout.regions["identity"])
        bucket = self.rollout.outputs("web")["SiteBucketName"]
        for key in website.publish(self.rollout.client("s3", "web"), bucket, page, config):
            self.console.print(f"  {key}")

    def _smoke(self) -> None:
        if not smoke.smoke(arrival.site(self.rollout), self.console):
            raise DeploymentError(
                "The release is deployed but does not work. Roll it back: python deploy/deploy.py rollback --environment "
                f"{self.options.environment}. Or repair it and run the same command again."
            )

    def _record(self) -> None:
        current = self._deployed_images()
        names = {stack: self.rollout.configuration.stack_name(stack) for stack in PIPELINE_STACKS}
        templates = {stack: self.rollout.deployer(self.rollout.regions[stack]).template(name) for stack, name in names.items()}
        kept = self._records()
        release = records.Release(current, templates, dict(self.options.accept))
        name = kept.add(release, self._page(), datetime.now(UTC))
        kept.settle(name)
        for service, repository in zip(SERVICES, self._repositories(), strict=True):
            if service in self._services() and current[f"{service.noun}Image"] == repository.reference(self._tag(service)):
                repository.mark(self._tag(service))
        self.console.print(f"The release of {name} is recorded.")

    # What the steps ask for

    def _made_here(self, stack: Deployable) -> dict[str, str]:
        made: dict[str, str] = {}
        bootstrap = self.rollout.outputs(BOOTSTRAP)
        if "BoundaryArn" in bootstrap:
            made["PermissionsBoundaryArn"] = bootstrap["BoundaryArn"]
        if self.options.command == "up" and self.options.images_from:
            made[TESTED_ENVIRONMENT] = self.options.images_from
        if not bootstrap and account.REPOSITORY in stack.template.get("Parameters", {}):
            made["OidcProviderArn"] = account.github_provider(self.rollout.client("iam", BOOTSTRAP))
            if account.REPOSITORY not in self.rollout.given:
                made |= account.github_repository(ROOT)
        if stack.tags["stack"] in IMAGE_STACKS and self.options.command == "up":
            for service in self._services():
                if uri := bootstrap.get(f"{service.noun}RepositoryUri"):
                    repository = Repository(self.rollout.client("ecr", BOOTSTRAP), uri)
                    made[f"{service.noun}Image"] = repository.reference(self._tag(service))
        return made

    def _services(self) -> list[Service]:
        """Whose image is released."""
        return [service for service in SERVICES if self.options.services in {service.name, "both"}]

    def _tag(self, service: Service) -> str:
        return self.options.tag or images.tag(service.name)

    def _is_there(self, service: Service) -> bool:
        """Whether the registry has the image."""
        uri = self.rollout.outputs(BOOTSTRAP).get(f"{service.noun}RepositoryUri")
        return bool(uri and Repository(self.rollout.client("ecr", BOOTSTRAP), uri).digest(self._tag(service)))

    def _fate(self, service: Service, *, missing: bool) -> str:
        """What becomes of an image."""
        tag, source = self._tag(service), self.options.images_from
        if not missing:
            return f"{service.name} {tag} is in the registry already"
        return f"{service.name} {tag} will be {f'copied from {source}' if source else 'built and pushed'}"

    def _bootstrapped(self, environment: str | None = None) -> Mapping[str, str]:
        """Outputs of stack ``bootstrap``, of this environment or of another one in the same account and region."""
        configuration = self.rollout.configuration
        name = replace(configuration, environment=environment or configuration.environment).stack_name(BOOTSTRAP)
        outputs = self.rollout.deployer(self.rollout.regions[BOOTSTRAP]).outputs(name)
        if not outputs:
            raise DeploymentError(f"{name} is not deployed: an administrator releases once without --pipeline.")
        return outputs

    def _repositories(self, environment: str | None = None) -> list[Repository]:
        client, outputs = self.rollout.client("ecr", BOOTSTRAP), self._bootstrapped(environment)
        return [Repository(client, outputs[f"{service.noun}RepositoryUri"]) for service in SERVICES]

    def _records(self) -> records.Records:
        return records.Records(self.rollout.client("s3", BOOTSTRAP), self._bootstrapped()["ReleaseBucketName"])

    def _page(self) -> Path:
        return Path(self.options.page or DIST)

    def _deployed_images(self) -> Mapping[str, str]:
        name = self.rollout.configuration.stack_name("services")
        found = self.rollout.deployer(self.rollout.regions["services"]).find(name)
        if found is None:
            raise DeploymentError(f"{name} is not deployed: there is nothing to go back from.")
        values = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
        return {parameter: values[parameter] for parameter in IMAGE_PARAMETERS}


def build_page() -> None:
    """Build web/ when its sources changed. Raises DeploymentError."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "build.py")], check=False).returncode:  # noqa: S603
        raise DeploymentError("The page cannot be built; what is missing is said above.")
