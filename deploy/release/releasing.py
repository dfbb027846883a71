"""The steps of a release: `deploy.py up` and `rollback` are their command line.

What is already done is read from AWS, never from a file on this computer: a second run, on any computer, continues.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import boto3
from rich.console import Console

from deploy import images, smoke
from deploy.containers import SERVICES, Service
from deploy.release import account, preflight, records, registry, smoke_gate, website
from deploy.release.deployment import Deployable, DeploymentError
from deploy.release.registry import TESTED, Repository
from deploy.release.rollout import BOOTSTRAP, Rollout
from deploy.stacks.bootstrap.execution_role import PIPELINE_STACKS
from deploy.stacks.bootstrap.pipeline import TESTED_ENVIRONMENT

ROOT: Final = Path(__file__).resolve().parents[2]
DIST: Final = ROOT / "web" / "dist"
IMAGE_PARAMETERS: Final = tuple(f"{service.noun}Image" for service in SERVICES)
BY_HAND: Final = "by hand"
"""The name of a run without one."""


class Release(Rollout):
    """One environment, and what is released to it."""

    made_meanwhile = IMAGE_PARAMETERS

    def __init__(self, options: argparse.Namespace, session: boto3.Session, console: Console) -> None:
        super().__init__(options, session, console)
        self._stacks = self.stacks(PIPELINE_STACKS if options.pipeline else self.regions)

    def run(self) -> None:
        """Check, ask, release. Raises the first failure; what was done until then stays, and a second run goes on from there."""
        self.check(self._stacks)
        if problems := self._problems():
            raise DeploymentError("\n".join(["Nothing was changed. This would stop a release:", *problems]))
        asks = not (self.options.yes or self.options.pipeline)
        if asks and input("Go on? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise DeploymentError("Nothing was changed.")
        start = time.monotonic()
        steps = {
            "Bootstrap": self._bootstrap,
            "Images": self._images,
            "Stacks": self._deploy,
            "Site": self._site,
            "Smoke test": self._smoke,
            "Record": self._record,
        }
        for number, (name, step) in enumerate(steps.items(), 1):
            self.console.rule(f"{number}/{len(steps)} {name}", align="left")
            step()
        self._tell_what_is_next()
        minutes, seconds = divmod(round(time.monotonic() - start), 60)
        origin = self.outputs("web")["SiteOrigin"]
        self.console.print(f"{self.options.environment} is released, {minutes} min {seconds} s after the start: {origin}")

    def plan(self) -> None:
        """Show what a release would do. Changes nothing and builds nothing."""
        for problem in self._problems():
            self.console.print(problem)
        self.preview(self._stacks)
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
        for stack in self.stacks(PIPELINE_STACKS):
            self.deployer(stack.region).interrupt(stack.name)
            if template := release.templates.get(stack.definition.name):
                before = replace(stack, template=smoke_gate.at_once(template))
                images_of_it = {name: image for name, image in release.images.items() if name in template.get("Parameters", {})}
                self.deploy_one(before, self.values(before) | images_of_it)
        with tempfile.TemporaryDirectory() as folder:
            kept.write_page(target, Path(folder))
            self._publish(Path(folder))
        self._smoke()
        kept.settle(target)

    def _problems(self) -> list[str]:
        """What would stop a release; also says what it makes and costs."""
        source = self.options.images_from
        there = [service for service, repository in self._repositories().items() if repository.digest(self._tag(service))]
        missing = f"will be {f'copied from {source}' if source else 'built and pushed'}"
        fates = [
            f"{service.name} {self._tag(service)} {'is in the registry already' if service in there else missing}"
            for service in self._services()
        ]
        return preflight.prepare(self, self._stacks, fates, needs_engine=there != self._services())

    # The steps

    def _bootstrap(self) -> None:
        if self.options.pipeline:
            self.console.print("An administrator's: nothing to do for a pipeline.")
            return
        if made := account.create_service_linked_roles(self.client("iam", BOOTSTRAP)):
            self.console.print(f"Service-linked roles are new in this account: {', '.join(made)}.")
        self.deploy([stack for stack in self._stacks if stack.definition.name == BOOTSTRAP])

    def _images(self) -> None:
        """Make each image be there. Stop at one that the pipeline has not built, or in production at severe vulnerabilities."""
        options, production = self.options, self.configuration.is_production
        sources = self._repositories(options.images_from) if options.images_from else {}
        for service, repository in self._repositories().items():
            tag = self._tag(service)
            self._image(service, repository, sources.get(service))
            if options.attested_by:
                registry.verify(repository.manifest(tag), options.attested_by)
            registry.examine(repository, tag, self._records(), dict(options.accept), self.console, is_production=production)

    def _image(self, service: Service, repository: Repository, source: Repository | None) -> None:
        """Build and push an image that is not there, or copy the one that the environment of ``source`` has tested."""
        tag, options = self._tag(service), self.options
        image = f"{repository.uri}:{tag}"
        tested = source.digest(f"{TESTED}{tag}") if source else None
        if options.images_from and not tested:
            raise DeploymentError(f"{options.images_from} has not released {service.name} {tag} yet: release it there first.")
        if repository.digest(tag):
            self.console.print(f"{image} is there.")
        else:
            builder = images.engine()
            user, password = repository.credentials()
            images.log_in(builder, image, user=user, password=password)
            if source:
                self.console.print(f"{image}: copying {tested} from {options.images_from} …")
                images.copy(builder, f"{source.uri}@{tested}", image)
            else:
                self.console.print(f"{image}: building with {builder} …")
                architecture = self.configuration.architecture
                images.build(builder, service=service.name, image=image, revision=tag, architecture=architecture)
                images.push(builder, image)
                if options.subjects:
                    with options.subjects.open("a", encoding="utf-8") as subjects:
                        print((repository.digest(tag) or "").removeprefix("sha256:"), repository.uri, sep="  ", file=subjects)
        if tested and repository.digest(tag) != tested:
            raise DeploymentError(f"{image} is another image than the one that {options.images_from} has tested.")

    def _deploy(self) -> None:
        self._records().begin(self.options.run)
        self.deploy([stack for stack in self._stacks if stack.definition.name != BOOTSTRAP])

    def _site(self) -> None:
        if not self.options.page:
            build_page()
        self._publish(self.options.page or DIST)

    def _publish(self, page: Path) -> None:
        identity = self.outputs("identity")
        # What differs between environments, read by the page when it starts; its Cognito is AWS's own.
        config = {
            "apiBase": "/api",
            "region": self.regions["identity"],
            "userPoolId": identity["UserPoolId"],
            "clientId": identity["WebClientId"],
            "cognitoEndpoint": None,
        }
        for key in website.publish(self.client("s3", "web"), self.outputs("web")["SiteBucketName"], page, config):
            self.console.print(f"  {key}")

    def _smoke(self) -> None:
        # At the distribution's own host: the domain may not point to it yet.
        if not smoke.smoke(f"https://{self.outputs('web')['DistributionHost']}", self.console):
            raise DeploymentError(
                "The release is deployed but does not work. Roll it back: python deploy/deploy.py rollback --environment "
                f"{self.options.environment}. Or repair it and run the same command again."
            )

    def _record(self) -> None:
        values = self.deployed("services").parameters
        current = {name: values[name] for name in IMAGE_PARAMETERS}
        stacks = self.stacks(PIPELINE_STACKS)
        templates = {stack.definition.name: self.deployer(stack.region).template(stack.name) for stack in stacks}
        kept = self._records()
        name = kept.add(
            records.Release(current, templates, dict(self.options.accept)), self.options.page or DIST, datetime.now(UTC)
        )
        kept.settle(name)
        for service, repository in self._repositories().items():
            if current[f"{service.noun}Image"] == repository.reference(self._tag(service)):
                repository.mark(self._tag(service))
        self.console.print(f"The release of {name} is recorded.")

    def _tell_what_is_next(self) -> None:
        """What only a person can do, and an account to try the service with where there is none yet."""
        if domain := self.given.get("DomainName"):
            host = self.outputs("web")["DistributionHost"]
            self.console.print(f"Point {domain} to {host} (CNAME, or ALIAS of Route 53).")
        if email := self.given.get("AlertEmail"):
            self.console.print(f"AWS sends {email} two mails: confirm both subscriptions, or no alert arrives.")
        if self.configuration.is_production or self.options.yes or self.options.pipeline:
            return
        if made := smoke.first_account(self.client("cognito-idp", "identity"), self.outputs("identity")["UserPoolId"]):
            self.console.print(f"Your first account, shown only now: {made.email}, password {made.password}")

    # What the steps ask for

    def made_here(self, stack: Deployable) -> Mapping[str, str]:
        bootstrap = self.outputs(BOOTSTRAP)
        made: dict[str, str] = {"PermissionsBoundaryArn": bootstrap["BoundaryArn"]} if "BoundaryArn" in bootstrap else {}
        if stack.definition.name == BOOTSTRAP and not bootstrap:
            made["OidcProviderArn"] = account.github_provider(self.client("iam", BOOTSTRAP))
        if self.options.command == "up" and self.options.images_from:
            made[TESTED_ENVIRONMENT] = self.options.images_from
        if self.options.command == "up" and stack.definition.name in {"services", "purge"}:  # whose parameters name images
            for service, repository in self._repositories().items():
                made[f"{service.noun}Image"] = repository.reference(self._tag(service))
        return made

    def _services(self) -> list[Service]:
        """Whose image is released."""
        return [service for service in SERVICES if self.options.services in {service.name, "both"}]

    def _tag(self, service: Service) -> str:
        return self.options.tag or images.tag(service.name)

    def _repositories(self, environment: str | None = None) -> dict[Service, Repository]:
        """Of these services, in this environment or another one of the account and region; none before stack ``bootstrap``."""
        configuration = replace(self.configuration, environment=environment or self.configuration.environment)
        outputs = self.deployer(self.regions[BOOTSTRAP]).find(configuration.stack_name(BOOTSTRAP)).outputs
        uris = {service: outputs.get(f"{service.noun}RepositoryUri") for service in self._services()}
        return {service: Repository(self.client("ecr", BOOTSTRAP), uri) for service, uri in uris.items() if uri}

    def _records(self) -> records.Records:
        bucket = self.outputs(BOOTSTRAP).get("ReleaseBucketName")
        if bucket is None:
            name = self.configuration.stack_name(BOOTSTRAP)
            raise DeploymentError(f"{name} is not deployed: an administrator releases once without --pipeline.")
        return records.Records(self.client("s3", BOOTSTRAP), bucket)


def build_page() -> None:
    """Build web/ when its sources changed. Raises DeploymentError."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "build.py")], check=False).returncode:  # noqa: S603
        raise DeploymentError("The page cannot be built; what is missing is said above.")
