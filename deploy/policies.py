#!/usr/bin/env python
"""Write every IAM policy of a set of templates as plain documents, so that a linter of policies can read them.

    python deploy/policies.py --out build/policies

References become ARNs of the right form with a sample account and region: what a linter needs to know whether an action
and a resource fit. One file a policy: ``<stack>-<role>-<policy>.json``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if __package__ in {None, ""}:  # run as a script: the repository's root is where `deploy` is found
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Document = dict[str, Any]

PSEUDO: Final = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::URLSuffix": "amazonaws.com",
}
_HERE: Final = "eu-central-1:123456789012"
ARNS: Final = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/{{}}",
    "AWS::ECR::Repository": f"arn:aws:ecr:{_HERE}:repository/{{}}",
    "AWS::ECS::TaskDefinition": f"arn:aws:ecs:{_HERE}:task-definition/{{}}:1",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::123456789012:policy/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{_HERE}:secret:{{}}-AbCdEf",
}
"""The form of a resource's ARN, by type."""
REF_IS_ARN: Final = frozenset({"AWS::ECS::TaskDefinition", "AWS::IAM::ManagedPolicy", "AWS::SecretsManager::Secret"})


class Resolver:
    """Turns the intrinsic functions of one set of templates into sample values."""

    def __init__(self, configuration: Configuration) -> None:
        self.templates: dict[str, Document] = {
            configuration.stack_name(stack.name): stack.template(configuration).to_dict() for stack in STACKS
        }
        self._exports = {
            f"{stack}-{name}": (stack, output["Value"])
            for stack, template in self.templates.items()
            for name, output in template.get("Outputs", {}).items()
        }

    def resolve(self, stack: str, value: Any) -> Any:
        """``value`` of the template of ``stack`` without functions."""
        if isinstance(value, list):
            return [self.resolve(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), *_ = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._call(stack, function, argument)
        return {key: self.resolve(stack, item) for key, item in value.items()}

    def _call(self, stack: str, function: str, argument: Any) -> Any:
        match function:
            case "Ref":
                return self._named(stack, argument, is_arn=self._type(stack, argument) in REF_IS_ARN)
            case "Fn::GetAtt":
                return self._named(stack, argument[0], is_arn=argument[1] == "Arn")
            case "Fn::ImportValue":
                return self.resolve(*self._exports[argument])
            case "Fn::Join":
                return argument[0].join(self.resolve(stack, argument[1]))
            case "Fn::Sub":
                text, names = (argument, {}) if isinstance(argument, str) else argument
                known = {name: self.resolve(stack, item) for name, item in names.items()}
                return re.sub(r"\$\{([^}]+)\}", lambda found: known.get(found[1]) or self._placeholder(stack, found[1]), text)
            case "Fn::If":  # optional parameters are empty
                return self.resolve(stack, argument[2])
        raise NotImplementedError(f"{function} in a policy: teach deploy/policies.py to resolve it.")

    def _placeholder(self, stack: str, name: str) -> str:
        resource, _, attribute = name.partition(".")
        return self._named(stack, resource, is_arn=attribute == "Arn")

    def _named(self, stack: str, name: str, *, is_arn: bool) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        sample = f"{stack}-{name}"
        return ARNS[self._type(stack, name)].format(sample) if is_arn else sample

    def _type(self, stack: str, name: str) -> str:
        return str(self.templates[stack]["Resources"].get(name, {}).get("Type", ""))


def policies(configuration: Configuration) -> Iterator[tuple[str, Document]]:
    """Name and document of each identity policy of a configuration's templates."""
    resolver = Resolver(configuration)
    for stack, template in resolver.templates.items():
        for logical_id, resource in template["Resources"].items():
            properties: Mapping[str, Any] = resource.get("Properties", {})
            for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
                name = f"{stack}-{logical_id}-{policy['PolicyName']}"
                yield name, resolver.resolve(stack, policy["PolicyDocument"])
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                yield f"{stack}-{logical_id}", resolver.resolve(stack, properties["PolicyDocument"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the policies; returns the exit status."""
    parser = argparse.ArgumentParser(prog="policies.py", description="Write every IAM policy as a plain document, for a linter.")
    parser.add_argument("--out", type=Path, default=Path("build/policies"), metavar="FOLDER", help="default: build/policies")
    parser.add_argument("--environment", default="prod")
    parser.add_argument("--capacity", choices=CAPACITIES, default="fargate")
    parser.add_argument("--task-layout", choices=TASK_LAYOUTS, default="independent")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, policy in policies(Configuration(options.environment, options.capacity, options.task_layout)):
        (options.out / f"{name}.json").write_text(json.dumps(policy, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
