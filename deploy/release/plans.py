"""What is to be deployed, and what that would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.release import changes


@dataclass(frozen=True, slots=True)
class Deployable:
    """What is to be deployed under ``name``.

    ``template`` is JSON data; ``protected`` stacks cannot be deleted by accident.
    """

    name: str
    template: Mapping[str, Any]
    region: str
    tags: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False

    @property
    def stateful_ids(self) -> list[str]:
        return [name for name, resource in self.template["Resources"].items() if resource["Type"] in changes.STATEFUL_TYPES]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment would do.

    ``change_set`` is the id to execute; None when nothing changes, or when the stack is new and was only looked at.
    """

    stack: Deployable
    changes: list[changes.Change]
    is_new: bool
    change_set: str | None = None
