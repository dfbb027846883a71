"""build_stack.py as people call it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cfn_flip
import pytest

from deploy import build_stack
from deploy.stacks import STACKS

ROOT = Path(__file__).parents[2]


def build(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/build_stack.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "120"},
    )


def from_yaml(path: Path) -> dict[str, Any]:
    """The template with the short forms written out."""
    template: dict[str, Any] = json.loads(cfn_flip.to_json(path.read_text()))
    return template


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that it makes without options. To read, not to change."""
    folder: Path = tmp_path_factory.mktemp("built") / "templates"
    result = build("--out", str(folder))
    assert (result.returncode, result.stderr) == (0, "")
    return folder


def test_it_works(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {f"todo-dev-{stack.name}.yaml" for stack in STACKS}
    for stack in STACKS:
        assert from_yaml(built / f"todo-dev-{stack.name}.yaml")["Resources"]


def test_it_prints_what_each_stack_holds(tmp_path: Path) -> None:
    lines = build("--out", str(tmp_path), "--environment", "prod", "--format", "json").stdout.splitlines()
    (header,) = [line for line in lines if "resources" in line]
    assert all(column in header for column in ("stack", "resources", "parameters", "outputs", "bytes"))
    (identity,) = [line for line in lines if "todo-prod-identity" in line]
    template = json.loads((tmp_path / "todo-prod-identity.json").read_text())
    counts = [len(template[part]) for part in ("Resources", "Parameters", "Outputs")]
    assert [int(cell) for cell in identity.replace("│", " ").split() if cell.isdigit()] == counts


def test_it_makes_the_folder_it_is_told(tmp_path: Path) -> None:
    assert build("--out", str(tmp_path / "new" / "folder"), "--format", "json").returncode == 0
    assert (tmp_path / "new" / "folder" / "todo-dev-network.json").exists()


def test_json_says_the_same(built: Path, tmp_path: Path) -> None:
    assert build("--out", str(tmp_path), "--format", "json").returncode == 0
    for stack in STACKS:
        as_json = json.loads((tmp_path / f"todo-dev-{stack.name}.json").read_text())
        assert from_yaml(built / f"todo-dev-{stack.name}.yaml") == as_json


def test_yaml_is_written_for_people(built: Path) -> None:
    text = (built / "todo-dev-services.yaml").read_text()
    sections = re.findall(r"^\w+", text, re.MULTILINE)
    assert sections == ["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs"]
    assert not re.search(r"Fn::|\bRef:", text)


def test_a_profile_is_chosen_by_name_or_by_option(tmp_path: Path) -> None:
    for options, profile in (("dev", "standard"), ("prod", "production"), ("pr-123", "standard")):
        made = build("--out", str(tmp_path), "--environment", options, "--format", "json")
        assert f"{options}, {profile} profile" in made.stdout
    result = build("--out", str(tmp_path), "--environment", "live", "--profile", "production", "--format", "json")
    assert "live, production profile" in result.stdout
    assert (tmp_path / "todo-live-network.json").exists()


def test_the_same_options_give_the_same_bytes_in_another_process(built: Path, tmp_path: Path) -> None:
    assert build("--out", str(tmp_path)).returncode == 0
    assert digests(tmp_path) == digests(built)


def test_help_tells_every_option() -> None:
    result = build("--help")
    assert result.returncode == 0
    options = (
        "--out",
        "--environment",
        "--capacity",
        "--task-layout",
        "--format",
        "--profile",
        "sandbox,standard,production",
        "--architecture",
        "--private-endpoints",
        "--deployment",
        "canary,linear,blue-green,rolling",
        "fargate,ec2",
        "shared,independent",
    )
    assert all(option in result.stdout for option in options)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--environment", "Staging"), "'Staging' is not the name of an environment"),
        (("--environment", "1st"), "'1st' is not the name of an environment"),
        (("--environment", "a-name-of-17-char"), "'a-name-of-17-char' is not the name of an environment"),
        (("--profile", "sandbags"), "invalid choice: 'sandbags' (choose from 'sandbox', 'standard', 'production')"),
        (("--capacity", "lambda"), "invalid choice: 'lambda' (choose from 'fargate', 'ec2')"),
        (("--architecture", "mips"), "invalid choice: 'mips' (choose from 'arm64', 'x86_64')"),
        (("--task-layout", "both"), "invalid choice: 'both' (choose from 'shared', 'independent')"),
        (
            ("--deployment", "all-at-once"),
            "invalid choice: 'all-at-once' (choose from 'canary', 'linear', 'blue-green', 'rolling')",
        ),
        (("--format", "xml"), "invalid choice: 'xml' (choose from 'yaml', 'json')"),
        (("--enviroment",), "unrecognized arguments: --enviroment"),
        (("network",), "unrecognized arguments: network"),
    ],
)
def test_a_wrong_option_gets_a_sentence(arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_stack.main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_wrong_option_ends_the_process_without_a_stack_trace() -> None:
    result = build("--format", "xml")
    assert result.returncode == 2
    assert "invalid choice: 'xml'" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = build("--out", str(tmp_path / "file"))
    assert result.returncode == 2
    assert "Name a folder you may write to with --out." in result.stderr
    assert "Traceback" not in result.stderr


def test_two_environments_live_side_by_side(built: Path, tmp_path: Path) -> None:
    both = shutil.copytree(built, tmp_path / "both")
    assert build("--out", str(both), "--environment", "prod", "--format", "json").returncode == 0
    assert len(list(both.iterdir())) == 2 * len(STACKS)


def test_it_needs_nothing_of_django() -> None:
    code = "import sys, deploy.build_stack; print({name.split('.')[0] for name in sys.modules} & {'django', 'todo_project'})"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "set()\n"


def test_infrastructure_md_has_a_section_for_each_stack() -> None:
    page = (ROOT / "docs" / "reference" / "infrastructure.md").read_text()
    for stack in STACKS:
        assert f"### {stack.name}" in page
