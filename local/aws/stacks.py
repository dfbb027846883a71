"""The stacks `data` and `identity` in the embedded AWS, from the templates that production gets.

A stack that is there already is brought up to date when that keeps every row, object and user. MiniStack itself would wipe
a table whose keys changed, so that is decided here, before it is asked.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from local.aws.emulator import REGION
from local.aws.state import LocalAWSError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

ROOT: Final = Path(__file__).resolve().parents[2]
PREFIX: Final = "todo-local-"
SECONDS: Final = 30

CREATE_ONLY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "AWS::DynamoDB::Table": ("TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification"),
        "AWS::S3::Bucket": ("BucketName", "ObjectLockEnabled"),
        "AWS::Cognito::UserPool": ("UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "Schema"),
    }
)
"""Types that hold data, and their properties that cannot change without a new, empty one in their place."""


def fingerprint(origins: Iterable[str]) -> str:
    """Changes whenever provisioning could give another result: deploy's code, this module, the origins."""
    digest = hashlib.sha256()
    for path in (*sorted((ROOT / "deploy").rglob("*.py")), Path(__file__)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\n".join(sorted(origins)).encode())
    return digest.hexdigest()


def templates() -> dict[str, dict[str, Any]]:
    """The generated templates by short stack name, without what the embedded AWS cannot create."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    # Generating takes a third of a second; most starts find everything provisioned and never come here.
    from deploy.configuration import Configuration  # noqa: PLC0415
    from deploy.embedded import without_left_out  # noqa: PLC0415
    from deploy.stacks.data import template as data  # noqa: PLC0415
    from deploy.stacks.identity import template as identity  # noqa: PLC0415

    configuration = Configuration(environment="dev")
    return {
        name: without_left_out(module.template(configuration).to_dict())[0]
        for name, module in (("data", data), ("identity", identity))
    }


def provision(endpoint: str, origins: Sequence[str]) -> dict[str, str]:
    """Create or update both stacks; answers the environment variables that name what they hold.

    Raises `LocalAWSError` when a template no longer fits what is stored, or does not deploy.
    """
    import boto3  # noqa: PLC0415  # as above

    client = boto3.client(
        "cloudformation",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # MiniStack's own root key
    )
    generated = templates()
    data = _deploy(client, "data", generated["data"], {"SiteOrigin": ",".join(sorted(origins))})
    identity = _deploy(client, "identity", generated["identity"], {})
    pool = identity["UserPoolId"]
    return {
        "AWS_REGION": REGION,
        "TODOS_TABLE": data["TodosTableName"],
        "FILES_TABLE": data["FilesTableName"],
        "ATTACHMENTS_BUCKET": data["AttachmentsBucketName"],
        "COGNITO_USER_POOL_ID": pool,
        "COGNITO_CLIENT_ID": identity["WebClientId"],
    }


def _deploy(client: CloudFormationClient, name: str, template: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """Outputs of the stack by name, once it matches template and parameter values."""
    stack_name = PREFIX + name
    parameters: list[ParameterTypeDef] = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    body = json.dumps(template, sort_keys=True)
    stack = _find(client, stack_name)
    if stack is not None and stack["StackStatus"] in {"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"}:
        client.delete_stack(StackName=stack_name)  # it was never complete, so nothing was ever stored in it
        _settle(client, stack_name)
        stack = None
    if stack is None:
        return _apply(client, client.create_stack, stack_name, body, parameters)
    stored = _stored_template(client, stack_name)
    known = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
    if stored == json.loads(body) and all(known.get(key) == value for key, value in values.items()):
        return _outputs(stack)
    if lost := replaced(stored, template):
        raise LocalAWSError(
            f"The generated template of {stack_name} no longer fits what is stored here: it would replace "
            f"{'; '.join(lost)}, and the data in it would be lost. Nothing was changed. "
            "Undo the change to the template, or forget the local data: make reset"
        )
    return _apply(client, client.update_stack, stack_name, body, parameters)


def _apply(
    client: CloudFormationClient,
    operation: Callable[..., object],
    stack_name: str,
    body: str,
    parameters: Sequence[ParameterTypeDef],
) -> dict[str, str]:
    from botocore.exceptions import ClientError  # noqa: PLC0415  # as above

    try:
        operation(StackName=stack_name, TemplateBody=body, Parameters=parameters, Capabilities=["CAPABILITY_IAM"])
    except ClientError as error:
        sentence = error.response["Error"].get("Message", str(error))
        raise LocalAWSError(f"The stack {stack_name} did not deploy to the embedded AWS: {sentence}") from None
    return _settle(client, stack_name)


def replaced(stored: Mapping[str, Any], generated: Mapping[str, Any]) -> list[str]:
    """What an update from `stored` to `generated` would remove or replace of what holds data, each as `Name (why)`."""
    found = []
    for name, old in stored.get("Resources", {}).items():
        if old["Type"] not in CREATE_ONLY:
            continue
        new = generated["Resources"].get(name)
        if new is None or new["Type"] != old["Type"]:
            found.append(f"{name} (removed)")
            continue
        before, after = old.get("Properties", {}), new.get("Properties", {})
        changed = [prop for prop in CREATE_ONLY[old["Type"]] if before.get(prop) != after.get(prop)]
        if _types(before).items() - _types(after).items() and "KeySchema" not in changed:
            changed.append("AttributeDefinitions")
        if changed:
            found.append(f"{name} ({', '.join(changed)})")
    return found


def _types(properties: Mapping[str, Any]) -> dict[str, str]:
    """Types of a table's key attributes by name."""
    return {a["AttributeName"]: a["AttributeType"] for a in properties.get("AttributeDefinitions", [])}


def _find(client: CloudFormationClient, stack_name: str) -> StackTypeDef | None:
    from botocore.exceptions import ClientError  # noqa: PLC0415  # as above

    try:
        return client.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _stored_template(client: CloudFormationClient, stack_name: str) -> dict[str, Any]:
    body: Any = client.get_template(StackName=stack_name)["TemplateBody"]
    found: dict[str, Any] = json.loads(body) if isinstance(body, str) else json.loads(json.dumps(body))
    return found


def _settle(client: CloudFormationClient, stack_name: str) -> dict[str, str]:
    """Wait until the stack is complete; its outputs. A deleted stack has none. Raises `LocalAWSError`."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        stack = _find(client, stack_name)
        if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
            return {}
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return _outputs(stack)
        if not status.endswith("_IN_PROGRESS"):
            raise LocalAWSError(
                f"The stack {stack_name} did not deploy to the embedded AWS ({status}): {_reason(client, stack_name)}"
            )
        time.sleep(0.02)
    raise LocalAWSError(f"The stack {stack_name} did not deploy to the embedded AWS within {SECONDS} s.")


def _outputs(stack: StackTypeDef) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _reason(client: CloudFormationClient, stack_name: str) -> str:
    """The first failure of the newest operation, which the later ones follow from."""
    failures = []
    for event in client.describe_stack_events(StackName=stack_name)["StackEvents"]:
        if event.get("PhysicalResourceId") == event["StackId"] and event.get("ResourceStatus", "").endswith(
            ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
        ):
            break
        if event.get("ResourceStatus", "").endswith("_FAILED"):
            failures.append(f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', 'no reason given')}")
    return failures[-1] if failures else "no reason given"
