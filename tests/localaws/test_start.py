"""Starting the embedded AWS, and finding the one that runs."""

import json
import subprocess
import sys
from pathlib import Path

from tests.localaws.users import Begin, attached, clean_environment, is_alive, until

VARIABLES = {
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "AWS_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "TODOS_TABLE",
    "FILES_TABLE",
    "ATTACHMENTS_BUCKET",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "COGNITO_JWKS_URL",
    "LOCALAWS_ATTACHED",
}


def test_it_works(begin: Begin, tmp_path: Path) -> None:
    user = begin(tmp_path / "state")
    assert user.variables.keys() == VARIABLES
    client = user.client("cognito-idp")
    pool = client.describe_user_pool_client(
        UserPoolId=user.variables["COGNITO_USER_POOL_ID"], ClientId=user.variables["COGNITO_CLIENT_ID"]
    )["UserPoolClient"]
    assert sorted(pool["ExplicitAuthFlows"]) == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    rules = user.client("s3").get_bucket_cors(Bucket=user.variables["ATTACHMENTS_BUCKET"])["CORSRules"]
    assert rules[0]["AllowedOrigins"] == ["http://127.0.0.1:8000"]
    user.put("one")
    assert user.rows() == {"one"}
    server = user.server
    assert user.stop() == ""
    assert not is_alive(server)


def test_files_are_readable_by_their_owner_only(begin: Begin, state: Path) -> None:
    begin(state).stop()
    open_to_others = [path.name for path in (state, *state.glob("*.json"), state / "secret_key") if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_second_process_attaches_to_the_same_server(begin: Begin, state: Path) -> None:
    first = begin(state)
    second = begin(state)
    assert second.variables == first.variables
    second.put("from the second")
    assert first.rows() == {"from the second"}


def test_the_server_stays_while_one_that_attached_uses_it(begin: Begin, state: Path) -> None:
    first = begin(state)
    second = begin(state)
    server = second.server
    first.stop()
    second.put("after the starter ended")
    assert second.rows() == {"after the starter ended"}
    second.stop()
    until(lambda: not is_alive(server))


def test_two_that_start_at_once_get_one_server(begin: Begin, state: Path) -> None:
    users = [begin(state, wait=False) for _ in range(3)]
    variables = [attached(user).variables for user in users]
    assert variables[0] == variables[1] == variables[2]


def test_one_that_starts_while_the_server_ends_gets_a_new_one(begin: Begin, state: Path) -> None:
    first = begin(state)
    first.put("before")
    old = first.server
    assert first.process.stdin
    first.process.stdin.close()
    first.process.stdin = None
    second = begin(state)
    assert second.rows() == {"before"}
    assert second.server == old or not is_alive(old)


def test_a_further_site_may_call_the_running_server(begin: Begin, state: Path) -> None:
    first = begin(state)
    begin(state, site="http://127.0.0.1:9000")
    rules = first.client("s3").get_bucket_cors(Bucket=first.variables["ATTACHMENTS_BUCKET"])["CORSRules"]
    assert rules[0]["AllowedOrigins"] == ["http://127.0.0.1:8000", "http://127.0.0.1:9000"]


def test_a_child_of_a_user_uses_what_its_parent_holds(begin: Begin, state: Path) -> None:
    user = begin(state)
    environment = clean_environment(LOCALAWS_ATTACHED=user.variables["LOCALAWS_ATTACHED"], AWS_PROFILE="a-real-account")
    code = f"""
import json, os
from pathlib import Path
from todo_project import localaws
variables = localaws.environment(state_dir=Path({str(state)!r}), port=1, site_origins=[])
print(json.dumps([variables, [name for name in os.environ if name.startswith("AWS_")]]))
"""
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True).stdout
    assert json.loads(output) == [user.variables, []]
