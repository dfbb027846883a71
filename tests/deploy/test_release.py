"""deploy.py against an embedded AWS: the whole way from a clean account, run again, stopped on the way, taken back."""

import json
import secrets

import httpx
import pytest

from deploy import deploy, images
from deploy.rehearsal.emulator import REGION, Emulator
from deploy.rehearsal.processes import Processes
from deploy.release import registry, releasing
from deploy.release.deployment import DeploymentError

WEB_REGION = "us-east-1"
FIRST = "abcdef000001"


def new_tag():
    return secrets.token_hex(6)


@pytest.fixture(scope="module")
def emulator():
    with Processes() as processes:
        yield Emulator(processes)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    (folder / "assets").mkdir()
    (folder / "assets" / "index-Ab12.js").write_text("void 0;")
    (folder / "index.html").write_text('<script src="/assets/index-Ab12.js"></script>')
    return folder


@pytest.fixture
def run(emulator, page, monkeypatch, capsys):
    """Run `up` or another command: ``run("--plan")`` -> (exit status, everything printed). The page is not built by npm."""
    monkeypatch.setattr(releasing, "DIST", page)
    monkeypatch.setattr(releasing, "build_page", lambda: None)

    def call(*arguments, command="up"):
        status = deploy.main([command, *arguments, "--endpoint-url", emulator.url, "--region", REGION])
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return call


@pytest.fixture
def released(run, emulator):
    """A first release has been made; the first test that asks makes it. Returns a look at a stack's outputs."""

    def outputs(stack, region=REGION):
        stacks = emulator.client("cloudformation", region).describe_stacks(StackName=f"todo-dev-{stack}")["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stacks[0]["Outputs"]}

    try:
        outputs("operations")
    except emulator.client("cloudformation").exceptions.ClientError:
        status, text = run("--tag", FIRST, "--parameters", "GitHubRepository=example/todo")
        assert status == 0, text
    return outputs


@pytest.fixture
def running(emulator, released):
    """The tags of the images that stack services runs now."""

    def tags():
        stack = emulator.client("cloudformation").describe_stacks(StackName="todo-dev-services")["Stacks"][0]
        values = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        return [values[name].rsplit(":", 1)[1] for name in ("TodosImage", "FilesImage")]

    return tags


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
        "cognitoEndpoint": f"{emulator.url}/",
    }
    uri = released("bootstrap")["FilesRepositoryUri"]
    marked = registry.Repository(emulator.client("ecr"), uri).marked()
    assert f"{uri}:{FIRST}" in marked.values()


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
    assert "These images are the newest release in the record already." in text


def test_a_failed_push_changes_nothing_and_the_same_command_goes_on(run, running, monkeypatch):
    before, tag = running(), new_tag()
    with monkeypatch.context() as patch:

        def refused(*_):
            raise images.ImageError("The registry is full.")

        patch.setattr(registry.Repository, "stand_in", refused)
        status, text = run("--tag", tag)
        assert (status, running()) == (1, before)
        assert text.rstrip().endswith("The registry is full.")
    assert run("--tag", tag)[0] == 0
    assert running() == [tag, tag]


def test_rollback_goes_to_the_release_before_the_one_that_runs(run, running):
    good, bad = new_tag(), new_tag()
    run("--tag", good)
    run("--tag", bad)
    assert running() == [bad, bad]
    status, text = run(command="rollback")
    assert status == 0
    assert running() == [good, good]
    assert bad in text


def test_after_a_release_that_failed_the_newest_that_worked_comes_back(run, running, monkeypatch):
    good, bad = new_tag(), new_tag()
    run("--tag", good)
    with monkeypatch.context() as patch:

        def broken(_):
            raise DeploymentError("It does not work.")

        patch.setattr(releasing.Release, "_smoke", broken)
        assert run("--tag", bad)[0] == 1
    assert running() == [bad, bad]
    assert run(command="recover")[0] == 0
    assert running() == [good, good]
    status, text = run(command="recover")
    assert status == 0
    assert "run already" in text
    assert running() == [good, good]


def test_a_pipeline_releases_one_service_and_leaves_foundations_alone(run, running):
    tag, files = new_tag(), running()[1]
    status, text = run("--pipeline", "--services", "todos", "--tag", tag)
    assert status == 0, text
    assert running() == [tag, files]
    for stack in ("bootstrap", "network", "data", "identity", "platform"):
        assert f"todo-dev-{stack}:" not in text


def test_a_plan_changes_nothing(run, emulator):
    domain = ("DomainName=todo.example.com", f"CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/{'0' * 8}")
    arguments = ("--environment", "prod", "--tag", FIRST, "--plan", "--parameters", "GitHubRepository=example/todo", *domain)
    status, text = run(*arguments)
    assert status == 0, text
    assert f"todos: {FIRST} will be built and pushed." in text
    assert "todo-prod-operations (new)" in text
    names = [stack["StackName"] for stack in emulator.client("cloudformation").list_stacks()["StackSummaries"]]
    assert not [name for name in names if name.startswith("todo-prod")]


def test_what_the_last_stack_would_lack_is_said_before_the_first_is_made(run, emulator):
    status, text = run("--environment", "prod", "--tag", FIRST, "--parameters", "GitHubRepository=example/todo")
    assert status == 2
    assert "Stack todo-prod-web needs a value for" in text
    names = [stack["StackName"] for stack in emulator.client("cloudformation").list_stacks()["StackSummaries"]]
    assert not [name for name in names if name.startswith("todo-prod")]


def test_a_pipeline_without_a_bootstrap_is_told_who_makes_it(run):
    status, text = run("--environment", "prod", command="rollback")
    assert status == 1
    assert "todo-prod-services is not deployed: there is nothing to go back from." in text


def test_an_embedded_aws_that_does_not_answer_is_a_sentence(capsys):
    assert deploy.main(["up", "--endpoint-url", "http://127.0.0.1:9", "--region", REGION, "--tag", FIRST]) == 1
    assert "AWS does not answer as it should" in capsys.readouterr().err


def test_the_site_answers_at_the_distribution(released, emulator):
    web = released("web", WEB_REGION)
    headers = {"Host": web["DistributionHost"], "X-Forwarded-Proto": "https"}
    answer = httpx.get(f"{emulator.url}/config.json", headers=headers)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
