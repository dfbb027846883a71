"""deploy.py against an embedded AWS: the whole way from a clean account, run again, stopped on the way."""

import io
import json
import re
import sys

import httpx
import pytest

from deploy import deploy, images, smoke
from deploy.release import registry
from tests.deploy.release.conftest import FIRST, GITHUB
from tests.emulator import REGION

WEB_REGION = "us-east-1"


def refused(*_):
    raise images.ImageError("The registry is full.")


def test_it_works(released, emulator):
    s3, bucket = emulator.client("s3", WEB_REGION), released("web", WEB_REGION)["SiteBucketName"]
    found = {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"]) for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert {key: (item["CacheControl"], item["ContentType"]) for key, item in found.items()} == {
        "assets/index-Ab12.js": ("public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        "config.json": ("no-cache", "application/json"),
        "index.html": ("no-cache", "text/html; charset=utf-8"),
    }
    identity = released("identity")
    assert json.loads(found["config.json"]["Body"].read()) == {
        "apiBase": "/api",
        "region": REGION,
        "userPoolId": identity["UserPoolId"],
        "clientId": identity["WebClientId"],
        "cognitoEndpoint": None,
    }
    repository = registry.Repository(emulator.client("ecr"), released("bootstrap")["FilesRepositoryUri"])
    assert repository.digest(f"tested-{FIRST}") == repository.digest(FIRST) is not None


def test_the_bucket_of_attachments_learns_where_the_site_is(released, emulator):
    bucket = released("data")["AttachmentsBucketName"]
    rules = emulator.client("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert rules[0]["AllowedOrigins"] == [released("web", WEB_REGION)["SiteOrigin"]]


def test_the_same_release_again_does_nothing(run, running):
    tag = running()[0]
    run("--tag", tag)
    status, text = run("--tag", tag)
    assert status == 0
    assert " (exists)" not in text
    assert "assets/" not in text


def test_it_says_what_it_makes_what_that_costs_and_how_long_it_took(run, running):
    _, text = run("--tag", running()[0])
    assert "dev: profile standard, fargate, independent tasks, arm64, in eu-central-1." in text
    assert f"0 of 11 stacks are new, with 0 resources. todos {running()[0]} is in the registry already" in text
    assert re.search(r"It costs \$0.10 an hour, .* a month; without visitors", text)
    assert re.search(r"\ndev is released, 0 min \d+ s after the start: https://\S+\n$", text)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal at which somebody types this."""
    return lambda line: monkeypatch.setattr(sys, "stdin", io.StringIO(line))


@pytest.mark.parametrize("line", ["\n", "n\n", "weekend\n"])
def test_anything_but_yes_changes_nothing(deployer, released, running, new_tag, page, terminal, line):
    before = running()
    terminal(line)
    status, text = deployer("up", "--tag", new_tag(), "--page", str(page))
    assert (status, running()) == (1, before)
    assert text.endswith("Go on? [y/N] Nothing was changed.\n")


def test_without_a_terminal_nothing_is_changed(deployer, released, running, new_tag, page, terminal):
    before = running()
    terminal("")
    status, text = deployer("up", "--tag", new_tag(), "--page", str(page))
    assert (status, running()) == (1, before)
    assert text.endswith("There is no terminal to ask at: add --yes (down: --yes NAME). Nothing was changed.\n")


def test_an_environment_remembers_its_profile(run, released):
    _, text = run("--plan", "--tag", FIRST, "--profile", "sandbox")
    assert "dev: profile sandbox (it was standard), " in text


@pytest.mark.parametrize("line", ["y\n", " Yes \n"])
def test_yes_goes_on_to_a_first_account_that_can_sign_in(deployer, released, running, page, terminal, emulator, line):
    cognito, pool = emulator.client("cognito-idp"), released("identity")["UserPoolId"]
    for user in cognito.list_users(UserPoolId=pool)["Users"]:
        cognito.admin_delete_user(UserPoolId=pool, Username=user["Username"])
    terminal(line)
    status, text = deployer("up", "--tag", running()[0], "--page", str(page))
    assert status == 0, text
    email = re.search(r"Your first account, shown only now: (\S+), password ", text)[1]
    assert cognito.admin_get_user(UserPoolId=pool, Username=email)["UserStatus"] == "CONFIRMED"
    assert smoke.first_account(cognito, pool) is None


def test_a_failed_push_changes_nothing_and_the_same_command_goes_on(run, running, monkeypatch, new_tag):
    before, tag = running(), new_tag()
    with monkeypatch.context() as patch:
        patch.setattr(images, "push", refused)
        status, text = run("--tag", tag)
        assert (status, running()) == (1, before)
        assert text.rstrip().endswith("The registry is full.")
    assert run("--tag", tag)[0] == 0
    assert running() == [tag, tag]


def test_an_administrator_and_the_pipeline_each_name_their_own_role(run, released, monkeypatch, new_tag):
    """CloudFormation keeps the role of the last change, so each change names its own."""
    asked = {}

    def connect(region):
        session = real(region)
        session.events.register(
            "provide-client-params.cloudformation.CreateChangeSet",
            lambda params, **_: asked.update({params["StackName"]: params.get("RoleARN")}),
        )
        return session

    real = deploy.connect
    monkeypatch.setattr(deploy, "connect", connect)
    bootstrap = released("bootstrap")
    run("--pipeline", "--tag", new_tag())
    assert set(asked.values()) == {bootstrap["StackRoleArn"]}
    run("--tag", new_tag())
    assert asked.pop("todo-dev-bootstrap") is None
    assert set(asked.values()) == {bootstrap["AdministratorRoleArn"]}


def test_the_owner_stays_until_another_one_is_given(run, released, emulator, new_tag):
    def owner():
        tags = emulator.client("cloudformation").describe_stacks(StackName="todo-dev-services")["Stacks"][0]["Tags"]
        return {tag["Key"]: tag["Value"] for tag in tags}["owner"]

    assert owner() == "todo-team"
    run("--owner", "team-blue", "--tag", new_tag())
    run("--pipeline", "--tag", new_tag())
    assert owner() == "team-blue"


def test_a_domain_reaches_the_attachments_bucket_in_the_same_command(run, released, emulator):
    certificate = f"CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/{'0' * 8}"
    arguments = ("--only", "web", "--parameters", "DomainName=todo.example.com", certificate)
    assert run(*arguments, command="stacks")[0] == 0
    rules = emulator.client("s3").get_bucket_cors(Bucket=released("data")["AttachmentsBucketName"])["CORSRules"]
    assert rules[0]["AllowedOrigins"] == ["https://todo.example.com"]
    assert run("--only", "web", "--parameters", "DomainName=", "CertificateArn=", command="stacks")[0] == 0


def test_another_environment_takes_the_images_that_were_tested(run, released, emulator, new_tag):
    tag, environment = new_tag(), ("--environment", "qa", "--images-from", "dev")
    status, text = run("--tag", tag, *environment, "--parameters", *GITHUB)
    assert status == 1
    assert text.rstrip().endswith(f"dev has not released todos {tag} yet: release it there first.")
    run("--tag", tag)
    status, text = run("--tag", tag, *environment, "--parameters", *GITHUB)
    assert status == 0, text
    (qa,) = emulator.client("cloudformation").describe_stacks(StackName="todo-qa-bootstrap")["Stacks"]
    uri = {each["OutputKey"]: each["OutputValue"] for each in qa["Outputs"]}["TodosRepositoryUri"]
    tested = registry.Repository(emulator.client("ecr"), released("bootstrap")["TodosRepositoryUri"]).digest(tag)
    assert registry.Repository(emulator.client("ecr"), uri).digest(tag) == tested


def test_a_pipeline_releases_one_service_and_leaves_foundations_alone(run, running, new_tag):
    tag, files = new_tag(), running()[1]
    status, text = run("--pipeline", "--services", "todos", "--tag", tag)
    assert status == 0, text
    assert running() == [tag, files]
    for stack in ("bootstrap", "network", "data", "identity", "platform"):
        assert f"todo-dev-{stack}:" not in text


def test_a_plan_changes_nothing(run, emulator):
    domain = ("DomainName=todo.example.com", f"CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/{'0' * 8}")
    arguments = ("--environment", "prod", "--tag", FIRST, "--plan", "--parameters", *GITHUB, *domain)
    status, text = run(*arguments)
    assert status == 0, text
    assert f"todos {FIRST} will be built and pushed, files" in text
    assert "todo-prod-operations (new)" in text
    names = [stack["StackName"] for stack in emulator.client("cloudformation").list_stacks()["StackSummaries"]]
    assert not [name for name in names if name.startswith("todo-prod")]


def test_what_the_last_stack_would_lack_is_said_before_the_first_is_made(run, emulator):
    status, text = run("--environment", "prod", "--tag", FIRST, "--parameters", *GITHUB)
    assert status == 2
    assert "Stack todo-prod-web needs a value for" in text
    names = [stack["StackName"] for stack in emulator.client("cloudformation").list_stacks()["StackSummaries"]]
    assert not [name for name in names if name.startswith("todo-prod")]


def test_a_pipeline_without_a_bootstrap_is_told_who_makes_it(run):
    status, text = run("--environment", "prod", command="rollback")
    assert status == 1
    assert "todo-prod-bootstrap is not deployed: an administrator releases once without --pipeline." in text


def test_the_region_of_the_sdks_is_honoured(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert deploy.connect(None).region_name == "eu-north-1"
    assert deploy.connect("eu-west-1").region_name == "eu-west-1"


def test_an_aws_that_does_not_answer_is_a_sentence(run, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    status, text = run("--tag", FIRST)
    assert status == 1
    assert "AWS returned an error" in text


def test_without_credentials_it_says_so(run, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    status, text = run("--tag", FIRST)
    assert (status, text) == (
        1,
        "AWS returned an error: Unable to locate credentials\nRun the same command again to continue.\n",
    )


def test_the_site_answers_at_the_distribution(released, emulator):
    web = released("web", WEB_REGION)
    headers = {"Host": web["DistributionHost"], "X-Forwarded-Proto": "https"}
    answer = httpx.get(f"{emulator.url}/config.json", headers=headers)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
