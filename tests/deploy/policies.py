"""Every IAM policy of a set of templates as a plain document: references become ARNs of the right form.

With a sample account and region, which is what a test needs to know whether an action and a resource fit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.configuration import Configuration

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
    "AWS::ElasticLoadBalancingV2::ListenerRule": f"arn:aws:elasticloadbalancing:{_HERE}:listener-rule/app/{{}}",
    "AWS::ElasticLoadBalancingV2::TargetGroup": f"arn:aws:elasticloadbalancing:{_HERE}:targetgroup/{{}}",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::123456789012:policy/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{_HERE}:secret:{{}}-AbCdEf",
}
"""The form of a resource's ARN, by type."""
REF_IS_ARN: Final = frozenset(
    {
        "AWS::ECS::TaskDefinition",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::IAM::ManagedPolicy",
        "AWS::SecretsManager::Secret",
    }
)


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
        raise NotImplementedError(f"{function} in a policy: teach tests/deploy/policies.py to resolve it.")

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
