"""The stacks, a folder each, in the order they are deployed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from deploy.configuration import Configuration
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.api import template as api
from deploy.stacks.bootstrap import template as bootstrap
from deploy.stacks.data import template as data
from deploy.stacks.identity import template as identity
from deploy.stacks.network import template as network
from deploy.stacks.operations import template as operations
from deploy.stacks.platform import template as platform
from deploy.stacks.purge import template as purge
from deploy.stacks.routing import template as routing
from deploy.stacks.services import template as services
from deploy.stacks.web import template as web

DISTRIBUTION_REGION: Final = "us-east-1"
"""The one region that CloudFront takes certificates, web ACLs and log deliveries from, and publishes its metrics in."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: its short name, and the function that makes its template from a configuration.

    ``region``: where it must be deployed; None is the service's own region.
    ``inputs``: parameters whose values are the outputs of that name of stacks that it cannot import from: ``{name: stack}``.
    ``later``: like ``inputs``, of stacks that come after this one or of itself: known when this one is deployed a second time.
    ``protected``: whether it has termination protection, in every environment.
    """

    name: str
    template: Callable[[Configuration], StackTemplate]
    region: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False


STACKS: Final = (
    Stack("bootstrap", bootstrap.template, later={"ApiId": "api"}, protected=True),
    Stack("network", network.template, protected=True),
    Stack("data", data.template, later={"SiteOrigin": "web"}, protected=True),
    Stack("identity", identity.template, protected=True),
    Stack("platform", platform.template, later={"LoadBalancerProtection": "platform"}),
    Stack("routing", routing.template),
    Stack("services", services.template),
    Stack("purge", purge.template),
    Stack("api", api.template),
    Stack(
        "web",
        web.template,
        region=DISTRIBUTION_REGION,
        inputs={"ApiHost": "api", "CognitoOrigin": "identity", "AttachmentsOrigin": "data"},
    ),
    Stack("operations", operations.template),
)
"""Every stack, in deploy order: each imports only from those before it."""
