"""Pages of other sites cannot reach the embedded AWS."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.local.conftest import beginning
from tests.local.users import SITE, User

TARGET = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}


@pytest.fixture(scope="module")
def user(provisioned: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """The embedded AWS of these tests."""
    directory = Path(shutil.copytree(provisioned, tmp_path_factory.mktemp("gate") / "state"))
    with beginning() as begin:
        yield begin(directory, measured=True)


@pytest.fixture
def aws(user: User) -> Iterator[httpx.Client]:
    """Sends to it."""
    with httpx.Client(base_url=user.variables["AWS_ENDPOINT_URL"], timeout=20) as client:
        yield client


def refusal(answer: httpx.Response) -> str:
    """The sentence of a refusal, which no foreign page can read."""
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    return answer.text


def test_it_works(aws: httpx.Client, user: User) -> None:
    answer = aws.get(f"/{user.variables['COGNITO_USER_POOL_ID']}/.well-known/jwks.json", headers={"Origin": SITE})
    assert answer.status_code == 200
    assert answer.json()["keys"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9", "null", ""])
def test_a_foreign_origin_is_refused(aws: httpx.Client, origin: str) -> None:
    sentence = refusal(aws.post("/", headers={**TARGET, "Origin": origin}, content="{}"))
    assert "pages of the local web application only" in sentence


def test_the_preflight_of_a_foreign_page_is_refused(aws: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    refusal(aws.options("/", headers=headers))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:4566", "[::1]:4566", "localhost.evil"])
def test_a_foreign_host_is_refused(aws: httpx.Client, host: str) -> None:
    assert "127.0.0.1 and localhost only" in refusal(aws.get("/", headers={"Host": host}))


def test_what_other_sites_embed_is_refused(aws: httpx.Client) -> None:
    url = "/?Action=DeleteStack&StackName=todo-local-data&X-Amz-Signature=1"
    assert "other sites" in refusal(aws.get(url, headers={"Sec-Fetch-Site": "cross-site"}))


def test_a_signed_download_may_be_linked_from_another_name_of_this_machine(aws: httpx.Client, user: User) -> None:
    answer = aws.get(f"/{user.variables['ATTACHMENTS_BUCKET']}/a?X-Amz-Signature=wrong", headers={"Sec-Fetch-Site": "cross-site"})
    assert "<Code>" in answer.text  # S3 itself responds, and checks the signature


def test_programs_of_this_computer_pass(aws: httpx.Client, user: User) -> None:
    assert aws.get("/_ministack/health", headers={"Host": f"localhost:{user.port}"}).status_code == 200


def test_it_listens_on_this_machine_only(user: User) -> None:
    assert user.variables["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{user.port}"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{user.port}/_ministack/health")


def test_local_data_is_not_deleted_over_http(aws: httpx.Client, user: User) -> None:
    user.put("kept")
    assert "make reset" in refusal(aws.post("/_ministack/reset"))
    assert user.rows() == {"kept"}


def test_a_web_socket_is_not_answered(aws: httpx.Client) -> None:
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert aws.get("/", headers=headers).status_code >= 400


def test_anonymous_calls_are_refused_by_aws_itself(aws: httpx.Client) -> None:
    answer = aws.post("/", headers={**TARGET, "Origin": SITE}, content="{}")
    assert answer.status_code in {400, 403}
    assert "TableNames" not in answer.text


def test_a_presigned_download_of_a_version_carries_its_file_name(aws: httpx.Client, user: User) -> None:
    s3 = user.client("s3")
    where = {"Bucket": user.variables["ATTACHMENTS_BUCKET"], "Key": "gate/name.txt"}
    version = s3.put_object(**where, Body=b"content")["VersionId"]
    named = {**where, "VersionId": version, "ResponseContentDisposition": 'attachment; filename="name.txt"'}
    answer = aws.get(s3.generate_presigned_url("get_object", Params=named))
    assert answer.content == b"content"
    assert answer.headers["content-disposition"] == 'attachment; filename="name.txt"'
