"""What CloudFormation may do for the pipeline, computed: what the handlers of the pipeline's resources call, and no more.

execution_role.yaml says where each service's actions may be used, which are refused, and which no handler lists.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from typing import Any, Final

from troposphere import Ref, Sub, encode_to_dict, iam

from deploy.configuration import CAPACITIES, TASK_LAYOUTS, Configuration
from deploy.shared import yaml_files
from deploy.shared.roles import Statement, allowing, arn, document, tagged
from deploy.stacks.api import template as api
from deploy.stacks.bootstrap import handlers
from deploy.stacks.operations import template as operations
from deploy.stacks.purge import template as purge
from deploy.stacks.routing import template as routing
from deploy.stacks.services import template as services
from deploy.stacks.web import template as web

PIPELINE_STACKS: Final = {
    "routing": routing.template,
    "services": services.template,
    "purge": purge.template,
    "api": api.template,
    "web": web.template,
    "operations": operations.template,
}
"""The stacks a pipeline deploys. Foundations are an administrator's, whose mistakes are rarer and seen by two."""

POLICY_SIZE: Final = 6_144
"""Characters of a managed policy, white space not counted (IAM quotas)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where actions on one kind of resource may be used; execution_role.yaml explains the fields."""

    resources: Sequence[str]
    tagged: bool = False
    made_by: Sequence[str] = ()
    only: Sequence[str] = ()


_DATA: Final = yaml_files.beside(__file__)
SCOPES: Final = {name: Scope(**scope) for name, scope in _DATA["scopes"].items()}
NO_RESOURCE: Final = ""
EXCEPTIONS: Final[Mapping[str, str]] = _DATA["exceptions"]
FURTHER: Final[Mapping[str, str]] = _DATA["further"]
TAGGING: Final = {"ec2": "CreateTags", "elasticloadbalancing": "AddTags"}
"""What tags a resource, of services that call it otherwise than TagResource."""


def policies(configuration: Configuration, boundary: iam.ManagedPolicy) -> list[list[Statement]]:
    """The role's statements, in the order of their services, packed into as few managed policies as their size allows."""
    packed: list[list[Statement]] = [[]]
    for statement in _Role(configuration, boundary).statements():
        text = json.dumps(encode_to_dict(document(*packed[-1], statement)))
        if len("".join(text.split())) > POLICY_SIZE:
            packed.append([])
        packed[-1].append(statement)
    return packed


def actions(configuration: Configuration) -> dict[str, set[str]]:
    """Each action the role needs, with the pipeline's stacks whose resources need it."""
    needed: dict[str, set[str]] = defaultdict(set)
    for kind, stacks in _types(replace(configuration, capacity=CAPACITIES[0], task_layout=TASK_LAYOUTS[0])).items():
        for action in handlers.permissions(kind):
            if not any(fnmatchcase(action.lower(), pattern.lower()) for pattern in EXCEPTIONS):
                needed[action] |= stacks
    return needed | {action: set(PIPELINE_STACKS) for action in FURTHER}


@cache
def _types(configuration: Configuration) -> dict[str, set[str]]:
    """The resource types of the pipeline's stacks, whatever capacity and layout they are deployed with, with those stacks."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, template in PIPELINE_STACKS.items():
        for capacity, layout in product(CAPACITIES, TASK_LAYOUTS):
            for resource in template(replace(configuration, capacity=capacity, task_layout=layout)).resources.values():
                found[resource.resource_type].add(name)
    return found


class _Role:
    """The statements for one environment."""

    def __init__(self, configuration: Configuration, boundary: iam.ManagedPolicy) -> None:
        self._configuration = configuration
        within = {"ArnEquals": {"iam:PermissionsBoundary": Ref(boundary)}}
        # The services that roles of the pipeline's stacks are for.
        services = ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "scheduler.amazonaws.com"]
        self._conditional: tuple[tuple[str, set[str], dict[str, Any]], ...] = (
            ("WithinBoundary", {"iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}, within),
            ("HandedOver", {"iam:PassRole"}, {"StringEquals": {"iam:PassedToService": services}}),
            ("KmsKeyMade", {"kms:CreateKey"}, {"StringEquals": tagged(configuration, "Request")}),
        )

    def statements(self) -> Iterator[Statement]:
        """One for each scope, more where some of its actions ask for a condition; last what takes no resource."""
        needed = actions(self._configuration)
        scoped: dict[str, set[str]] = defaultdict(set)
        for action in needed:
            for key in _keys(action):
                scoped[key].add(action)
        unnamed = scoped.pop(NO_RESOURCE)
        for key, found in sorted(scoped.items()):
            scope = SCOPES[key]
            stacks = sorted(set().union(*(needed[action] for action in found)))
            sid = "".join(word.capitalize() for word in re.split(r"\W", key))
            each = self._tagged if scope.tagged else self._named
            yield from each(sid, found, self._arns(scope, stacks), scope)
        yield from self._named("TakesNoResource", unnamed, "*")

    def _named(self, sid: str, found: set[str], resources: Any, _: Scope | None = None) -> Iterator[Statement]:
        for suffix, names, condition in self._conditional:
            if conditional := found & names:
                yield allowing(f"{sid}{suffix}", list(conditional), resources, condition)
                found = found - names
        if found:
            yield allowing(sid, list(found), resources)

    def _tagged(self, sid: str, found: set[str], resources: Any, scope: Scope) -> Iterator[Statement]:
        ours, given = tagged(self._configuration), tagged(self._configuration, "Request")
        service = next(iter(found)).partition(":")[0]
        yield allowing(sid, list(found), resources, {"StringEquals": ours})
        if makers := found & {f"{service}:{name}" for name in scope.made_by}:
            yield allowing(f"{sid}Made", list(makers), resources, {"StringEquals": given})
        if (tagging := f"{service}:{TAGGING.get(service, 'TagResource')}") in found:
            condition: dict[str, Any] = {"StringEquals": given, "StringEqualsIfExists": ours}
            if service in TAGGING:  # which also say what is being made
                condition = {"StringEquals": {**given, f"{service}:CreateAction": list(scope.made_by)}}
            yield allowing(f"{sid}TaggedFirst", [tagging], resources, condition)

    def _arns(self, scope: Scope, stacks: Sequence[str]) -> list[Sub]:
        names = [self._configuration.stack_name(stack) for stack in stacks]
        environment = self._configuration.role_path.strip("/")
        arns = (
            pattern.replace("{stack}", name).replace("{environment}", environment).replace("{here}", "*:${AWS::AccountId}")
            for pattern in scope.resources
            for name in names
        )
        return [arn(each) for each in dict.fromkeys(arns)]


def _keys(action: str) -> set[str]:
    """The scopes an action falls under; NO_RESOURCE when it takes none. Raises LookupError for one that has neither."""
    kinds = handlers.resource_kinds(action)
    if not kinds:
        return {NO_RESOURCE}
    service, _, name = action.partition(":")
    found = {key for key in (service, *(f"{service}:{kind}" for kind in kinds)) if key in SCOPES}
    if not found:
        raise LookupError(
            f"{action}: say in execution_role.yaml where it may be used, by one of {kinds}, or below exceptions why not."
        )
    return {key for key in found if not SCOPES[key].only or name in SCOPES[key].only}
