"""The stacks `data` and `identity` in the embedded AWS, from the templates that production gets.

A stack that exists is updated when that keeps every row, object and user. MiniStack itself would empty a table whose keys
changed, so that is checked here first.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from deploy.configuration import Configuration
from deploy.stacks.data import template as data
from deploy.stacks.identity import template as identity
from local.aws.state import REGION, LocalAWSError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

PREFIX: Final = "todo-local-"
LEFT_OUT: Final = ("AWS::Backup::", "AWS::CloudWatch::")
"""How types of resources start that nothing here asks for."""

CREATE_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": ("TableName", "KeySchema", "LocalSecondaryIndexes"),
    "AWS::S3::Bucket": ("BucketName", "ObjectLockEnabled"),
    "AWS::Cognito::UserPool": ("UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "Schema"),
}
"""Types that hold data, and their properties that CloudFormation changes by replacing the resource."""


def templates() -> dict[str, dict[str, Any]]:
    """The generated templates by short stack name, without what is left out here."""
    found = {name: module.template(Configuration()).to_dict() for name, module in (("data", data), ("identity", identity))}
    for each in found.values():
        for name in [name for name, resource in each["Resources"].items() if resource["Type"].startswith(LEFT_OUT)]:
            del each["Resources"][name]
            each["Outputs"].pop(f"{name}Name", None)
    return found


def provision(endpoint: str, origins: Sequence[str]) -> dict[str, str]:
    """Create or update both stacks: the environment variables that name what they hold.

    Raises `LocalAWSError` when a template no longer fits what is stored, or does not deploy.
    """
    client = boto3.client(
        "cloudformation",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # MiniStack's own root key
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
    )
    generated = templates()
    try:
        stored = _deploy(client, "data", generated["data"], SiteOrigin=",".join(origins))
        users = _deploy(client, "identity", generated["identity"])
    except (BotoCoreError, ClientError) as error:
        raise LocalAWSError(f"The stacks did not deploy to the embedded AWS: {error}") from None
    return {
        "TODOS_TABLE": stored["TodosTableName"],
        "FILES_TABLE": stored["FilesTableName"],
        "ATTACHMENTS_BUCKET": stored["AttachmentsBucketName"],
        "COGNITO_USER_POOL_ID": users["UserPoolId"],
        "COGNITO_CLIENT_ID": users["WebClientId"],
    }


def _deploy(client: "CloudFormationClient", name: str, template: dict[str, Any], **parameters: str) -> dict[str, str]:
    """Outputs of the stack by name, once it matches template and parameters."""
    stack_name, body = PREFIX + name, json.dumps(template)
    values: Any = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    try:
        stored: Any = client.get_template(StackName=stack_name)["TemplateBody"]
    except ClientError:  # it does not exist
        client.create_stack(StackName=stack_name, TemplateBody=body, Parameters=values, Capabilities=["CAPABILITY_IAM"])
        return _outputs(client, stack_name)
    if lost := replaced(json.loads(stored) if isinstance(stored, str) else stored, template):
        raise LocalAWSError(
            f"The template of {stack_name} no longer fits the local data: it would replace {', '.join(lost)}. "
            "Nothing was changed. Undo the change to the template, or delete the local data: make reset"
        )
    try:
        client.update_stack(StackName=stack_name, TemplateBody=body, Parameters=values, Capabilities=["CAPABILITY_IAM"])
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    return _outputs(client, stack_name)


def replaced(stored: Mapping[str, Any], generated: Mapping[str, Any]) -> list[str]:
    """Logical ids of what holds data here and would be removed or replaced by an update from `stored` to `generated`."""
    return [
        name
        for name, resource in stored["Resources"].items()
        if resource["Type"] in CREATE_ONLY and _kept(resource) != _kept(generated["Resources"].get(name, {}))
    ]


def _kept(resource: Mapping[str, Any]) -> tuple[Any, ...]:
    kind = resource.get("Type")
    return kind, *(resource.get("Properties", {}).get(name) for name in CREATE_ONLY.get(str(kind), ()))


def _outputs(client: "CloudFormationClient", stack_name: str) -> dict[str, str]:
    """Wait until the stack is complete. Raises `LocalAWSError`."""
    while (stack := client.describe_stacks(StackName=stack_name)["Stacks"][0])["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(0.02)
    if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        events = client.describe_stack_events(StackName=stack_name)["StackEvents"]  # newest first: the rest follow from the last
        failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")] or events
        reason = f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', stack['StackStatus'])}"
        raise LocalAWSError(f"The stack {stack_name} did not deploy to the embedded AWS: {reason}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
