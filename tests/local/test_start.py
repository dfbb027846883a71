"""Starting the embedded AWS, and finding the one that runs."""

import subprocess
import sys
from pathlib import Path

from tests.local.users import SITE, USER, Begin, attached, clean_environment, is_alive, until

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
}


def test_it_works(begin: Begin, tmp_path: Path) -> None:
    user = begin(tmp_path / "state", measured=True)
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
    assert [path.name for path in (state, *state.glob("*.json")) if path.stat().st_mode & 0o077] == []


def test_a_second_process_attaches_to_the_same_server(begin: Begin, state: Path) -> None:
    first = begin(state, measured=True)
    second = begin(state, measured=True)
    assert second.variables == first.variables
    second.put("from the second")
    assert first.rows() == {"from the second"}


def test_two_that_start_at_once_get_one_server(begin: Begin, state: Path) -> None:
    users = [begin(state, wait=False) for _ in range(3)]
    variables = [attached(user).variables for user in users]
    assert variables[0] == variables[1] == variables[2]


def test_one_that_starts_while_the_server_stops_gets_a_new_one_with_all_data(begin: Begin, state: Path) -> None:
    first = begin(state)
    first.put("before")
    old = first.server
    assert first.process.stdin
    first.process.stdin.close()
    first.process.stdin = None
    until(lambda: not (state / "running.json").exists())
    assert begin(state).rows() == {"before"}
    assert not is_alive(old)


def test_another_site_is_allowed_by_the_next_start(begin: Begin, state: Path) -> None:
    begin(state).stop()
    user = begin(state, site="http://127.0.0.1:9000", measured=True)
    rules = user.client("s3").get_bucket_cors(Bucket=user.variables["ATTACHMENTS_BUCKET"])["CORSRules"]
    assert rules[0]["AllowedOrigins"] == ["http://127.0.0.1:9000"]


def test_no_real_account_can_be_reached_by_mistake(state: Path) -> None:
    real = {"AWS_PROFILE": "company", "AWS_SESSION_TOKEN": "secret", "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.example"}
    code = USER.replace("print(json.dumps(variables)", "import os; print(sorted(n for n in os.environ if n.startswith('AWS_'))")
    output = subprocess.run(
        [sys.executable, "-c", code, str(state), "0", SITE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean_environment(**real),
        check=True,
        timeout=60,
    ).stdout
    assert output == "[]\n"


def test_one_in_memory_leaves_nothing(begin: Begin, tmp_path: Path) -> None:
    user = begin("in-memory", TMPDIR=tmp_path, measured=True)
    assert len(list(tmp_path.glob("localaws-*"))) == 1
    user.put("one")
    server = user.server
    user.stop()
    assert not is_alive(server)
    assert list(tmp_path.glob("localaws-*")) == []


def test_one_in_memory_stops_with_its_killed_user(begin: Begin, tmp_path: Path) -> None:
    user = begin("in-memory", TMPDIR=tmp_path)
    user.kill()
    until(lambda: not list(tmp_path.glob("localaws-*")))
