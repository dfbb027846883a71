"""What CloudFormation itself calls to make, read, change and delete a resource, as AWS publishes it.

cfn-lint brings both documents: the resource schemas, whose handlers list the permissions they need, and the Service
Authorization Reference, which says what kinds of resource an action can be limited to.
Sources: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html (handlers) and
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def schema(resource_type: str) -> dict[str, Any]:
    """The schema of a resource type. Where a type exists in several regions, its handlers are the same."""
    return _read(f"schemas/resources/{_read('schemas/providers/us-east-1.json')[resource_type]}.json")


def permissions(resource_type: str) -> set[str]:
    """The IAM actions that deploying and removing a resource of this type takes.

    What the reference does not know is left out: schemas also name S3 operations that are no actions, and internal ones.
    """
    handlers = schema(resource_type)["handlers"]
    listed = {
        action for each in ("create", "read", "update", "delete") for action in handlers.get(each, {}).get("permissions", [])
    }
    return {action for action in listed if _known(action) is not None}


def resource_kinds(action: str) -> list[str]:
    """The kinds of resource that a policy can limit an action to, as ``targetgroup``; empty when it takes none."""
    kinds: list[str] = (_known(action) or {}).get("Resources", [])
    return [kind.lower() for kind in kinds]


def _known(action: str) -> dict[str, Any] | None:
    service, _, name = action.partition(":")
    found: dict[str, Any] | None = _read("AdditionalSpecs/Policies.json").get(service, {}).get("Actions", {}).get(name.lower())
    return found


@cache
def _read(name: str) -> dict[str, Any]:
    package = find_spec("cfnlint")  # importing it would take seconds, and only its data is asked for
    if package is None or package.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed: run `make install`.")
    result: dict[str, Any] = json.loads((Path(package.origin).parent / "data" / name).read_text(encoding="utf-8"))
    return result
