"""The stacks, one module each, in the order they are deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deploy.stacks import api, bootstrap, data, identity, network, operations, platform, services, web

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.configuration import Configuration
    from deploy.stack_template import StackTemplate


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's short name and the function that makes its template from a configuration."""

    name: str
    template: Callable[[Configuration], StackTemplate]


STACKS: Final = (
    Stack("bootstrap", bootstrap.template),
    Stack("network", network.template),
    Stack("data", data.template),
    Stack("identity", identity.template),
    Stack("platform", platform.template),
    Stack("services", services.template),
    Stack("api", api.template),
    Stack("web", web.template),
    Stack("operations", operations.template),
)
"""Every stack, in deploy order: each imports only from those before it."""
