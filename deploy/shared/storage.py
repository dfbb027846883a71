"""The tables that the processes use: those of stack ``data``, or restored ones in their place.

An exported name cannot change while it is imported, so a restored table is named here and not there.
"""

from typing import Final

from troposphere import If, Join, Ref

from deploy.shared.roles import arn
from deploy.shared.stack_template import StackTemplate

NOUNS: Final = ("Todos", "Files")


def add_table_parameters(stack: StackTemplate) -> None:
    """``RestoredTodosTable`` and ``RestoredFilesTable``, for as long as a restored table serves (docs/how-to/restore.md)."""
    # Roles made by the pipeline are bounded to this environment's names.
    prefix = stack.configuration.stack_name("data-")
    for noun in NOUNS:
        stack.optional(
            f"Restored{noun}Table",
            like="RestoredTable",
            AllowedPattern=f"({prefix}[A-Za-z0-9_.-]+)?",
            ConstraintDescription=f"the name of a table that starts with {prefix}, or empty",
        )


def table_name(stack: StackTemplate, noun: str) -> If:
    """The name of the table of ``noun`` (Todos, Files)."""
    return If(f"HasRestored{noun}Table", Ref(f"Restored{noun}Table"), stack.imported("data", f"{noun}TableName"))


def table_arn(stack: StackTemplate, noun: str) -> If:
    """Its ARN."""
    restored = arn(f"dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{Restored{noun}Table}}")
    return If(f"HasRestored{noun}Table", restored, stack.imported("data", f"{noun}TableArn"))


def index_arn(stack: StackTemplate, noun: str, index: str) -> Join:
    """The ARN of one of its indexes."""
    return Join("/index/", [table_arn(stack, noun), index])
