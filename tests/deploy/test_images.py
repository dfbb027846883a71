"""What the images are named and built with; tests/images looks into them and runs them."""

import re

import pytest

from deploy import images
from deploy.configuration import ARCHITECTURES, Configuration
from deploy.stacks.purge import template as purge
from deploy.stacks.services import template as services

ROOT = images.ROOT


@pytest.fixture
def called(monkeypatch):
    """The programs that would have been run, each with what it is given on its standard input."""
    seen = []

    def run(command, **options):
        seen.append((command, options.get("input")))
        return type("Done", (), {"returncode": 0})()

    monkeypatch.setattr(images.subprocess, "run", run)
    return seen


def test_it_works(capsys, monkeypatch):
    built = []
    monkeypatch.setattr(images, "engine", lambda: "podman")
    monkeypatch.setattr(images, "build", lambda builder, **what: built.append((builder, what["image"])))
    assert images.main(["--tag", "abcdef123456"]) == 0
    assert built == [("podman", "localhost/todos:abcdef123456"), ("podman", "localhost/files:abcdef123456")]
    assert "localhost/files:abcdef123456: building with podman" in capsys.readouterr().out


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_an_image_is_built_for_what_the_task_definitions_run_on(called, architecture):
    images.build("docker", service="todos", image="x/y:1", revision="1", architecture=architecture)
    ((command, _),) = called
    assert command[command.index("--platform") + 1] == {"arm64": "linux/arm64", "x86_64": "linux/amd64"}[architecture]
    for stack in (services, purge):
        resources = stack.template(Configuration(architecture=architecture)).to_dict()["Resources"].values()
        definitions = [each["Properties"] for each in resources if each["Type"] == "AWS::ECS::TaskDefinition"]
        wanted = {"CpuArchitecture": architecture.upper(), "OperatingSystemFamily": "LINUX"}
        assert definitions
        assert all(each["RuntimePlatform"] == wanted for each in definitions)


@pytest.mark.parametrize("service", images.SERVICES)
def test_the_name_follows_everything_the_dockerfile_copies(service):
    stages = re.split(r"^FROM .* AS (\w+)$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    text = "".join(
        body for name, body in zip(stages[1::2], stages[2::2], strict=True) if name in {"packages", "service", service}
    )
    lines = [line for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    copied = {found for line in lines for word in line.split()[1:-1] for found in ROOT.glob(word)}
    given = [ROOT / path for path in images.inputs(service) if not path.startswith(":")]
    left_out = [ROOT / path.removeprefix(":(exclude)") for path in images.inputs(service) if path.startswith(":")]
    assert copied
    for path in copied:
        assert any(path.is_relative_to(each) for each in given), path
        assert not any(path.is_relative_to(each) for each in left_out), path


def test_a_tag_that_moves_is_refused(capsys):
    with pytest.raises(SystemExit):
        images.main(["--tag", "latest"])
    assert "give a tag that says what is in the image" in capsys.readouterr().err


def test_a_machine_without_an_engine_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(images.shutil, "which", lambda _: None)
    assert images.main(["--tag", "abcdef1"]) == 1
    assert "Install podman, or start docker's engine." in capsys.readouterr().err


def test_changes_without_a_commit_have_no_name(monkeypatch):
    monkeypatch.setattr(images, "_git", lambda *arguments: " M Dockerfile" if arguments[0] == "status" else "abcdef123456")
    with pytest.raises(images.ImageError, match="Commit them, or give --tag"):
        images.tag("todos")


@pytest.mark.parametrize(
    ("builder", "command"),
    [
        ("docker", ["docker", "buildx", "imagetools", "create", "--tag", "b/todos:1", "a/todos@sha256:0"]),
        ("podman", ["skopeo", "copy", "--all", "--preserve-digests", "docker://a/todos@sha256:0", "docker://b/todos:1"]),
    ],
)
def test_a_copy_keeps_the_digest(called, builder, command):
    images.copy(builder, "a/todos@sha256:0", "b/todos:1")
    assert called == [(command, None)]


def test_the_password_of_the_registry_is_in_no_command_line(called):
    images.log_in("docker", "1.registry.example.com/todos:abcdef1", user="AWS", password="secret-token")
    images.push("docker", "1.registry.example.com/todos:abcdef1")
    assert [given for _, given in called] == ["secret-token", None]
    assert "secret-token" not in str([command for command, _ in called])
    assert called[0][0][-1] == "1.registry.example.com"
