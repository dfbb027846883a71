"""The stacks of an environment as they are deployed: order, names, tags, regions, and what they take from each other.

Inside a region stacks import each other's exports. Over regions, and against the order, outputs travel as parameters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy import adapted, embedded
from deploy.configuration import APPLICATION
from deploy.deployment import Stack
from deploy.stacks import STACKS, web

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from deploy.configuration import Configuration

ONCE_AN_ACCOUNT: Final = frozenset({"bootstrap"})
"""Deployed by an administrator, and so only when named."""

PROTECTED: Final = frozenset({"bootstrap", "network", "data", "identity"})
"""Get termination protection everywhere; --destroy does not touch them in prod."""

AT_THE_EDGE: Final = frozenset({"web"})
"""Stacks of the region that CloudFront takes certificates and web ACLs from."""

EDGE_REGION: Final = "us-east-1"
"""That region. Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html"""

INPUTS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {"web": web.INPUTS, "data": {"SiteOrigin": ("web", "SiteOrigin")}}
"""Stack to parameter to (stack, output) whose value it takes. One from a later stack arrives on a second pass."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The stacks of one environment. ``region``: where all but the edge's live; ``endpoint_url``: of an embedded AWS, or None."""

    configuration: Configuration
    region: str
    edge_region: str = EDGE_REGION
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
                        region=self.edge_region if stack.name in AT_THE_EDGE else self.region,
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
        """Parameters whose values are known without asking: outputs of other stacks, and the edge's region.

        ``outputs(stack name, region)`` looks the outputs of a deployed stack up, empty when there is none.
        """
        declared = stack.template.get("Parameters", {})
        known = {"DistributionRegion": self.edge_region}
        for parameter, (source, output) in INPUTS.get(stack.tags["stack"], {}).items():
            if parameter not in declared:
                continue
            region = self.edge_region if source in AT_THE_EDGE else self.region
            found = outputs(self.configuration.stack_name(source), region).get(output)
            if found is not None:
                known[parameter] = found
        return {name: value for name, value in known.items() if name in declared}
