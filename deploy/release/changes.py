"""What a change set would do to a stack, and which of it may lose data.

CloudFormation says Add, Modify (with Replacement True, False or Conditional) or Remove. People need one more
distinction: whether what is replaced or removed holds something that cannot be made again. Such a change waits for its
logical id to be named.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rich.table import Table

# Losing one of these loses data, users, keys or logs; everything else can be made again from the template.
STATEFUL_TYPES: Final = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolClient",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::ECR::Repository",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    }
)


class Kind(StrEnum):
    """What happens to a resource, in the words the table shows."""

    ADDED = "added"
    MODIFIED = "modified"
    REPLACED = "replaced"
    PERHAPS_REPLACED = "replaced?"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One resource of a change set. ``properties``: names of what differs; ``kept``: its policy leaves the old one in place."""

    kind: Kind
    logical_id: str
    type: str
    properties: tuple[str, ...] = ()
    kept: bool = False

    @property
    def may_lose_data(self) -> bool:
        """Retained resources count too: they leave the stack, and the application starts with an empty one."""
        return self.type in STATEFUL_TYPES and self.kind in {Kind.REPLACED, Kind.PERHAPS_REPLACED, Kind.REMOVED}


def classify(change: Mapping[str, Any]) -> Change:
    """A ``ResourceChange`` of DescribeChangeSet as a Change. Raises KeyError for an undocumented action."""
    kind = {
        "Add": Kind.ADDED,
        "Import": Kind.ADDED,
        "Modify": {"True": Kind.REPLACED, "Conditional": Kind.PERHAPS_REPLACED}.get(change.get("Replacement", ""), Kind.MODIFIED),
        "Remove": Kind.REMOVED,
        "Dynamic": Kind.PERHAPS_REPLACED,  # of a nested stack or a macro: it may turn out to be anything
        "SyncWithActual": Kind.MODIFIED,
    }[change["Action"]]
    targets = [detail.get("Target", {}) for detail in change.get("Details", [])]
    names = dict.fromkeys(target.get("Name") or target.get("Attribute", "") for target in targets)
    return Change(
        kind=kind,
        logical_id=change["LogicalResourceId"],
        type=change["ResourceType"],
        properties=tuple(name for name in names if name),
        kept="Retain" in change.get("PolicyAction", ""),
    )


def additions(template: Mapping[str, Any]) -> list[Change]:
    """What a stack that does not exist yet would hold: every resource of its template (as JSON data)."""
    return [Change(Kind.ADDED, name, resource["Type"]) for name, resource in template["Resources"].items()]


def stateful_ids(template: Mapping[str, Any]) -> list[str]:
    """The logical ids of what holds data in a template (as JSON data)."""
    return [name for name, resource in template["Resources"].items() if resource["Type"] in STATEFUL_TYPES]


def unconfirmed(changes: Iterable[Change], confirmed: Collection[str]) -> list[Change]:
    """The changes that may lose data and whose logical id was not named."""
    return [change for change in changes if change.may_lose_data and change.logical_id not in confirmed]


def table(title: str, changes: Iterable[Change]) -> Table:
    """The changes for people: the dangerous ones last, where the eye rests."""
    result = Table("change", "resource", "type", "what differs", title=title, title_justify="left")
    for change in sorted(changes, key=lambda change: (list(Kind).index(change.kind), change.logical_id)):
        notes = list(change.properties)
        if change.may_lose_data:
            notes.append("holds data; the old one stays, outside the stack" if change.kept else "holds data")
        result.add_row(change.kind, change.logical_id, change.type.removeprefix("AWS::"), ", ".join(notes))
    return result
