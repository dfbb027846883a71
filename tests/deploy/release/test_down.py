"""`deploy.py down --with-data` of a whole standard environment: nothing of it is left."""

WEB_REGION = "us-east-1"


def test_it_works(run, released, emulator):
    status, text = run("--environment", "dev", "--yes", "dev", "--with-data", command="down")
    assert status == 0, text
    assert text.endswith("todo-dev-bootstrap: removed.\nLeft in the account with the tag env=dev: nothing\n")
    roles = emulator.client("iam").list_roles()["Roles"]
    left = [
        *emulator.client("dynamodb").list_tables()["TableNames"],
        *emulator.client("s3").list_buckets()["Buckets"],
        *emulator.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"],
        *emulator.client("ecr").describe_repositories()["repositories"],
        *emulator.client("backup").list_backup_vaults()["BackupVaultList"],
        *emulator.client("cloudformation").describe_stacks()["Stacks"],
        *emulator.client("cloudformation", WEB_REGION).describe_stacks()["Stacks"],
        # Service-linked roles are the account's own.
        *(role for role in roles if not role["Path"].startswith("/aws-service-role/")),
    ]
    assert left == []
