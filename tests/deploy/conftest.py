"""Every set of templates, each made once a process, with a way to ask for resources by type."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pytest

from deploy import deploy
from deploy.stacks import STACKS
from tests.deploy.policies import policies
from tests.deploy.selections import combinations, name
from tests.embedded.deployer import on_embedded_aws
from tests.emulator import REGION, Emulator, embedded_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.configuration import Configuration, Settings


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    stack: str
    name: str
    body: dict[str, Any] = field(repr=False)

    @property
    def type(self) -> str:
        return self.body["Type"]

    @property
    def properties(self) -> dict[str, Any]:
        return self.body.get("Properties", {})

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.properties.get(name, default)


@dataclass(frozen=True)
class Deployment:
    """The templates of one configuration, as plain data, by short name of the stack."""

    configuration: Configuration
    templates: dict[str, dict[str, Any]] = field(repr=False)

    @property
    def is_production(self) -> bool:
        return self.configuration.is_production

    @property
    def settings(self) -> Settings:
        return self.configuration.settings

    @property
    def uses_ec2(self) -> bool:
        return self.configuration.capacity == "ec2"

    @property
    def shares_task(self) -> bool:
        return self.configuration.task_layout == "shared"

    @cached_property
    def policies(self) -> dict[str, dict[str, Any]]:
        """Every policy by name, as a plain document."""
        return dict(policies(self.configuration))

    def resources(self, kind: str | None = None, stack: str | None = None) -> list[Resource]:
        """Resources of a type (as in AWS::S3::Bucket) and stack; all of them without."""
        return [
            Resource(each, name, body)
            for each, template in self.templates.items()
            for name, body in template["Resources"].items()
            if stack in {None, each} and kind in {None, body["Type"]}
        ]

    def resource(self, name: str) -> Resource:
        """The one resource of this logical id."""
        (found,) = [resource for resource in self.resources() if resource.name == name]
        return found

    def imported(self, value: Any) -> tuple[str, Any]:
        """The short name of the stack, and the value there, that an Fn::ImportValue stands for."""
        for stack, template in self.templates.items():
            prefix = f"{self.configuration.stack_name(stack)}-"
            if value["Fn::ImportValue"].startswith(prefix):
                return stack, template["Outputs"][value["Fn::ImportValue"].removeprefix(prefix)]["Value"]
        raise LookupError(value)

    def target(self, value: Any) -> str:
        """The logical id that a Ref, a GetAtt or an import of one refers to, with optional parameters left empty."""
        while "Fn::ImportValue" in value or "Fn::If" in value:
            value = value["Fn::If"][2] if "Fn::If" in value else self.imported(value)[1]
        return value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]


@cache
def _deployment(configuration: Configuration) -> Deployment:
    return Deployment(configuration, {stack.name: json.loads(stack.template(configuration).to_json()) for stack in STACKS})


@pytest.fixture(params=list(combinations()), ids=name)
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """One of the combinations."""
    return _deployment(request.param)


@pytest.fixture
def deployments() -> list[Deployment]:
    """All of them at once."""
    return [_deployment(configuration) for configuration in combinations()]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with embedded_aws() as emulator:
        yield emulator


@pytest.fixture
def deployer(emulator, capsys, monkeypatch):
    """Run deploy.py against the embedded AWS: ``deployer("stacks", "--plan")`` -> (exit status, everything printed)."""
    on_embedded_aws(monkeypatch, emulator.url, REGION)

    def call(*arguments, region=REGION):
        status = deploy.main([*arguments, "--region", region])
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return call
