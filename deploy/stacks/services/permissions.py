"""What each service may do: the calls it makes, on the resources it makes them on, and no other.

``make rehearse`` holds these statements against the running application in both directions.
"""

from typing import Final

from troposphere import Join

from deploy.containers import FILES, TODOS
from deploy.shared.roles import Statement, allowing
from deploy.shared.stack_template import StackTemplate
from deploy.shared.storage import index_arn, table_arn


def todos_statements(stack: StackTemplate) -> list[Statement]:
    """The service ``todos``: its table, and the list index of it, which can be queried and nothing else."""
    return [
        allowing("Todos", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], table_arn(stack, "Todos")),
        allowing("ListTodos", ["dynamodb:Query"], index_arn(stack, "Todos", "bySchedule")),
    ]


def files_statements(stack: StackTemplate) -> list[Statement]:
    """The service ``files``: its table and index, the to-do's condition and count, and the objects."""
    bucket = stack.imported("data", "AttachmentsBucketArn")
    return [
        allowing(
            "TodoOfFile",
            ["dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            table_arn(stack, "Todos"),
        ),
        allowing("Files", ["dynamodb:GetItem", "dynamodb:PutItem"], table_arn(stack, "Files")),
        allowing("ListFiles", ["dynamodb:Query"], index_arn(stack, "Files", "byListing")),
        allowing("Bucket", ["s3:ListBucket"], bucket),
        allowing("Objects", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], Join("/", [bucket, "*"])),
    ]


STATEMENTS: Final = {TODOS: todos_statements, FILES: files_statements}
