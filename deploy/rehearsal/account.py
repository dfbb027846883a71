"""What the administrator of the embedded account can look up: stacks, their resources, outputs and deployed templates."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.configuration import Configuration
    from deploy.rehearsal.emulator import Emulator


class DeployedStack:
    """One stack as it was deployed."""

    def __init__(self, emulator: Emulator, name: str, region: str) -> None:
        self.name = name
        self.region = region
        self._cloudformation = emulator.client("cloudformation", region)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Output key to value."""
        stack = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    @cached_property
    def physical_ids(self) -> dict[str, str]:
        """Logical to physical id of every resource."""
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        }

    @cached_property
    def template(self) -> Mapping[str, Any]:
        """The template it was deployed from, as JSON data."""
        body = self._cloudformation.get_template(StackName=self.name)["TemplateBody"]
        result: Mapping[str, Any] = json.loads(body) if isinstance(body, str) else body
        return result

    def of_type(self, resource_type: str) -> dict[str, Mapping[str, Any]]:
        """The template's resources of one type by logical id."""
        return {name: found for name, found in self.template["Resources"].items() if found["Type"] == resource_type}


class Account:
    """The embedded account with one deployed environment in it."""

    def __init__(self, emulator: Emulator, configuration: Configuration) -> None:
        self.emulator = emulator
        self.configuration = configuration
        self._stacks: dict[str, DeployedStack] = {}

    def stack(self, name: str) -> DeployedStack:
        """The environment's stack of that short name ("data")."""
        if name not in self._stacks:
            region = next(stack.region for stack in STACKS if stack.name == name)
            full_name = self.configuration.stack_name(name)
            self._stacks[name] = DeployedStack(self.emulator, full_name, region or self.emulator.region)
        return self._stacks[name]

    def client(self, service: Any) -> Any:
        """A boto3 client with the administrator's keys."""
        return self.emulator.client(service)
