"""deploy.py against an embedded AWS: the whole way from a clean account, run again, stopped on the way, taken back."""

import json
import secrets
from contextlib import contextmanager

import httpx
import pytest

from deploy import deploy, images
from deploy.configuration import Configuration
from deploy.rehearsal.emulator import REGION, Emulator
from deploy.rehearsal.processes import Processes
from deploy.release import registry, releasing
from deploy.release.deployment import DeploymentError

WEB_REGION = "us-east-1"
FIRST = "abcdef000001"
GITHUB = ("GitHubRepository=example/todo", "GitHubOwnerId=1", "GitHubRepositoryId=2")


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
        status, text = run("--tag", FIRST, "--parameters", *GITHUB)
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


@pytest.fixture
def look(emulator, released):
    """The template that a stack has."""
    return lambda stack: emulator.client("cloudformation").get_template(StackName=f"todo-dev-{stack}")["TemplateBody"]


@pytest.fixture
def broken(monkeypatch):
    """For the length of a block no release passes its smoke test."""

    def refuse(_):
        raise DeploymentError("It does not work.")

    @contextmanager
    def block():
        with monkeypatch.context() as patch:
            patch.setattr(releasing.Release, "_smoke", refuse)
            yield patch

    return block


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
        "cognitoEndpoint": f"{emulator.url}/",
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


def test_a_failed_push_changes_nothing_and_the_same_command_goes_on(run, running, monkeypatch):
    before, tag = running(), new_tag()
    with monkeypatch.context() as patch:
        patch.setattr(registry.Repository, "stand_in", refused)
        status, text = run("--tag", tag)
        assert (status, running()) == (1, before)
        assert text.rstrip().endswith("The registry is full.")
    assert run("--tag", tag)[0] == 0
    assert running() == [tag, tag]


def test_rollback_goes_to_the_release_before_the_one_that_runs(run, running):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    run("--pipeline", "--tag", bad)
    assert running() == [bad, bad]
    status, text = run(command="rollback")
    assert status == 0
    assert running() == [good, good]
    assert bad in text


def test_a_rollback_keeps_the_template_that_is_deployed(run, running, look, monkeypatch):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    run("--pipeline", "--tag", bad)
    before = look("services")
    monkeypatch.setattr(Configuration, "container_cpu", 1024)
    assert run(command="rollback")[0] == 0
    assert (running(), look("services")) == ([good, good], before)


def test_recovery_brings_back_images_templates_and_page(run, running, look, broken, page, emulator, released):
    good, bad = new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    before, index = {stack: look(stack) for stack in ("services", "api")}, (page / "index.html").read_text()
    with broken() as patch:
        patch.setattr(Configuration, "container_cpu", 1024)
        (page / "index.html").write_text("broken")
        assert run("--pipeline", "--tag", bad)[1].rstrip().endswith("It does not work.")
    (page / "index.html").write_text(index)
    assert running() == [bad, bad]
    assert look("services") != before["services"]
    status, text = run(command="recover")
    assert status == 0, text
    assert running() == [good, good]
    assert {stack: look(stack) for stack in before} == before
    bucket = released("web", WEB_REGION)["SiteBucketName"]
    assert emulator.client("s3", WEB_REGION).get_object(Bucket=bucket, Key="index.html")["Body"].read().decode() == index
    assert "Nothing to take back" in run(command="recover")[1]


def test_recovery_does_not_undo_a_rollback(run, running, broken):
    first, second = new_tag(), new_tag()
    run("--pipeline", "--tag", first)
    run("--pipeline", "--tag", second)
    run(command="rollback")
    with broken():
        run("--pipeline", "--tag", new_tag())
    assert run(command="recover")[0] == 0
    assert running() == [first, first]


def test_recovery_waits_for_a_release_that_changed_something(run, running, monkeypatch):
    tag = new_tag()
    run("--pipeline", "--tag", tag)
    run(command="rollback")
    before = running()
    with monkeypatch.context() as patch:
        patch.setattr(registry.Repository, "stand_in", refused)
        assert run("--pipeline", "--tag", new_tag(), "--run", "7")[0] == 1
    status, text = run("--run", "7", command="recover")
    assert (status, running()) == (0, before)
    assert "Nothing to take back" in text


def test_recovery_takes_back_the_release_it_is_told_of_and_no_later_one(run, running, broken):
    good, bad, worse = new_tag(), new_tag(), new_tag()
    run("--pipeline", "--tag", good)
    with broken():
        run("--pipeline", "--tag", bad, "--run", "7")
        run("--pipeline", "--tag", worse, "--run", "8")
    assert "Nothing to take back" in run("--run", "7", command="recover")[1]
    assert running() == [worse, worse]
    assert run("--run", "8", command="recover")[0] == 0
    assert running() == [good, good]


def test_an_administrator_and_the_pipeline_each_name_their_own_role(run, released, monkeypatch):
    """CloudFormation keeps the role of the last change: a delete without one would be made with the pipeline's."""
    asked = {}

    def connect(*arguments):
        session = real(*arguments)
        for operation in ("CreateChangeSet", "DeleteStack"):
            session.events.register(
                f"provide-client-params.cloudformation.{operation}",
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
    asked.clear()
    run("--only", "operations", "--confirm", "todo-dev-operations", command="down")
    assert list(asked.values()) == [bootstrap["AdministratorRoleArn"]]
    assert run("--only", "operations", command="stacks")[0] == 0


def test_the_owner_stays_until_another_one_is_given(run, released, emulator):
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


def test_another_environment_takes_the_images_that_were_tested(run, released, emulator):
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


def test_a_pipeline_releases_one_service_and_leaves_foundations_alone(run, running):
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
    assert f"todos: {FIRST} will be built and pushed." in text
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
    assert deploy.connect(None, None).region_name == "eu-north-1"
    assert deploy.connect("eu-west-1", None).region_name == "eu-west-1"


def test_an_embedded_aws_that_does_not_answer_is_a_sentence(capsys):
    assert deploy.main(["up", "--endpoint-url", "http://127.0.0.1:9", "--region", REGION, "--tag", FIRST]) == 1
    assert "AWS does not answer as it should" in capsys.readouterr().err


def test_the_site_answers_at_the_distribution(released, emulator):
    web = released("web", WEB_REGION)
    headers = {"Host": web["DistributionHost"], "X-Forwarded-Proto": "https"}
    answer = httpx.get(f"{emulator.url}/config.json", headers=headers)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
