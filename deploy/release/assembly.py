"""The stacks of an environment as they are deployed: order, names, tags, regions, and what they take from each other.

Inside a region stacks import each other's exports. Over regions, and against the order, outputs travel as parameters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy import adapted, embedded
from deploy.configuration import APPLICATION
from deploy.release.deployment import Stack
from deploy.stacks import STACKS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from deploy.configuration import Configuration

ONCE_AN_ACCOUNT: Final = frozenset({"bootstrap"})
"""Deployed by an administrator, and so only when named."""

PROTECTED: Final = frozenset({"bootstrap", "network", "data", "identity"})
"""Get termination protection everywhere; --destroy does not touch them in production."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The stacks of one environment.

    ``region``: where all stacks live that name no region themselves; ``endpoint_url``: of an embedded AWS, or None.
    """

    configuration: Configuration
    region: str
    owner: str = "todo-team"
    endpoint_url: str | None = None

    def stacks(self, names: Collection[str] | None = None, report: Callable[[str], object] = lambda _: None) -> list[Stack]:
        """The named stacks (default: all but those once an account) in deploy order. ``report`` hears of what is left out."""
        wanted = set(names or [stack.name for stack in STACKS if stack.name not in ONCE_AN_ACCOUNT])
        missing: set[str] = set()
        chosen: list[Stack] = []
        for stack in STACKS:
            name = self.configuration.stack_name(stack.name)
            template: dict[str, Any] = json.loads(stack.template(self.configuration).to_json())
            if self.endpoint_url:
                whole = adapted.in_other_words(template, self.endpoint_url)
                template, left_out = embedded.without_left_out(whole, missing_exports=missing)
                missing |= embedded.exports(whole, name) - embedded.exports(template, name)
                if left_out and stack.name in wanted:
                    report(f"{name}: {len(left_out)} of {len(whole['Resources'])} resources are left out.")
            if stack.name in wanted:
                chosen.append(
                    Stack(
                        name=name,
                        template=template,
                        region=stack.region or self.region,
                        tags={
                            "app": APPLICATION,
                            "env": self.configuration.environment,
                            "stack": stack.name,
                            "owner": self.owner,
                        },
                        protected=stack.name in PROTECTED,
                    )
                )
            if len(chosen) == len(wanted):
                break
        return chosen

    def inputs(self, stack: Stack, outputs: Callable[[str, str], Mapping[str, str]]) -> dict[str, str]:
        """Parameters whose values are known without asking: what is fixed, and outputs of other stacks.

        ``outputs(stack name, region)`` looks the outputs of a deployed stack up, empty when there is none.
        """
        declared = next(each for each in STACKS if each.name == stack.tags["stack"])
        regions = {each.name: each.region or self.region for each in STACKS}
        known = dict(declared.fixed)
        for parameter, (source, output) in {**declared.inputs, **declared.later}.items():
            found = outputs(self.configuration.stack_name(source), regions[source]).get(output)
            if found is not None:
                known[parameter] = found
        return known

    def awaited(self, stack: Stack, stacks: Collection[Stack]) -> set[str]:
        """Parameters of ``stack`` whose values are outputs of others of ``stacks``: known once those are deployed."""
        declared = next(each for each in STACKS if each.name == stack.tags["stack"])
        names = {each.tags["stack"] for each in stacks}
        return {parameter for parameter, (source, _) in declared.inputs.items() if source in names}
