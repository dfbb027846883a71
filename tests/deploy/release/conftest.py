"""Releases to an embedded AWS: one for each test module, and the first release that its tests start from."""

import secrets
from contextlib import contextmanager

import pytest

from deploy.release import releasing
from deploy.release.deployment import DeploymentError
from tests.emulator import REGION

FIRST = "abcdef000001"
GITHUB = ("GitHubRepository=example/todo", "GitHubOwnerId=1", "GitHubRepositoryId=2")


@pytest.fixture
def new_tag():
    """A tag that no image has yet."""
    return lambda: secrets.token_hex(6)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    (folder / "assets").mkdir()
    (folder / "assets" / "index-Ab12.js").write_text("void 0;")
    (folder / "index.html").write_text('<script src="/assets/index-Ab12.js"></script>')
    return folder


@pytest.fixture
def run(deployer, page, monkeypatch):
    """Run `up` or another command: ``run("--plan")`` -> (exit status, everything printed). The page is not built by npm."""
    monkeypatch.setattr(releasing, "DIST", page)
    monkeypatch.setattr(releasing, "build_page", lambda: None)

    return lambda *arguments, command="up": deployer(command, *arguments, *(["--yes"] if command == "up" else []))


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
        return [tag_of(values[name]) for name in ("TodosImage", "FilesImage")]

    def tag_of(image):
        uri, digest = image.split("@")
        found = emulator.client("ecr").describe_images(repositoryName=uri.split("/", 1)[1], imageIds=[{"imageDigest": digest}])[
            "imageDetails"
        ]
        return next(tag for tag in found[0]["imageTags"] if not tag.startswith("tested-"))

    return tags


@pytest.fixture
def gh(tmp_path, monkeypatch):
    """GitHub's command line, which ends with this status; returns the file it writes its arguments to."""

    def gh(status):
        (tmp_path / "gh").write_text(f"#!/bin/sh\necho $* > {tmp_path}/called\necho no attestations found >&2\nexit {status}\n")
        (tmp_path / "gh").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
        return tmp_path / "called"

    return gh


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
