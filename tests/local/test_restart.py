"""What was written is there after a restart."""

from pathlib import Path

from pycognito.aws_srp import AWSSRP

from tests.local.users import PASSWORD, Begin, User


def sign_in(user: User, email: str) -> str:
    """An access token, by SRP."""
    srp = AWSSRP(
        username=email,
        password=PASSWORD,
        pool_id=user.variables["COGNITO_USER_POOL_ID"],
        client_id=user.variables["COGNITO_CLIENT_ID"],
        client=user.client("cognito-idp"),
    )
    token: str = srp.authenticate_user()["AuthenticationResult"]["AccessToken"]
    return token


def test_rows_objects_versions_accounts_and_tokens_are_kept(begin: Begin, state: Path) -> None:
    first = begin(state)
    pool, bucket = first.variables["COGNITO_USER_POOL_ID"], first.variables["ATTACHMENTS_BUCKET"]
    first.put("a row")
    old = first.client("s3").put_object(Bucket=bucket, Key="a/b/c/file.txt", Body=b"old")["VersionId"]
    first.client("s3").put_object(Bucket=bucket, Key="a/b/c/file.txt", Body=b"new")
    first.client("s3").put_object(Bucket=bucket, Key="a/b/c/gone.txt", Body=b"gone")
    first.client("s3").delete_object(Bucket=bucket, Key="a/b/c/gone.txt")
    cognito = first.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=pool, Username="alice@example.com", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="alice@example.com", Password=PASSWORD, Permanent=True)
    token = sign_in(first, "alice@example.com")
    first.stop()

    second = begin(state)
    moved = ("AWS_ENDPOINT_URL", "COGNITO_JWKS_URL")
    kept = {name: value for name, value in first.variables.items() if name not in moved}
    assert {name: value for name, value in second.variables.items() if name not in moved} == kept
    s3 = second.client("s3")
    assert second.rows() == {"a row"}
    assert s3.get_object(Bucket=bucket, Key="a/b/c/file.txt")["Body"].read() == b"new"
    assert s3.get_object(Bucket=bucket, Key="a/b/c/file.txt", VersionId=old)["Body"].read() == b"old"
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a/b/c/file.txt"]
    assert second.client("cognito-idp").get_user(AccessToken=token)["UserAttributes"]
    assert sign_in(second, "alice@example.com")


def test_stacks_are_known_after_a_restart(begin: Begin, state: Path) -> None:
    user = begin(state)
    stacks = user.client("cloudformation").describe_stacks()["Stacks"]
    assert {stack["StackName"]: stack["StackStatus"] for stack in stacks} == {
        "todo-local-data": "CREATE_COMPLETE",
        "todo-local-identity": "CREATE_COMPLETE",
    }
