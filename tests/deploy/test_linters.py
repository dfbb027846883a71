"""What the linters are given, and what they say of a template of each kind (`make lint-templates` runs all three over all)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.build_stack import render
from deploy.policies import policies
from deploy.stacks import STACKS

ROOT = Path(__file__).parents[2]


def test_every_role_and_policy_is_written_for_the_linter(deployment: Any) -> None:
    written = {name for name, _ in policies(deployment.configuration)}
    held = {
        f"{deployment.configuration.stack_name(role.stack)}-{role.name}-{policy['PolicyName']}"
        for role in deployment.resources("AWS::IAM::Role")
        for policy in role.get("Policies", [])
    } | {
        f"{deployment.configuration.stack_name(policy.stack)}-{policy.name}"
        for policy in deployment.resources("AWS::IAM::ManagedPolicy")
    }
    assert written == held


def test_what_is_written_holds_no_function_any_more(deployment: Any) -> None:
    text = json.dumps(dict(policies(deployment.configuration)))
    assert "Fn::" not in text
    assert '"Ref"' not in text
    assert "${" not in text


def test_references_become_arns_of_the_right_form(deployment: Any) -> None:
    documents = dict(policies(deployment.configuration))
    (purge,) = [document for name, document in documents.items() if name.endswith("PurgeTaskRole-permissions")]
    statements = {statement["Sid"]: statement["Resource"] for statement in purge["Statement"]}
    table = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{deployment.configuration.stack_name('data')}-TodosTable"
    assert statements["FindDue"][0] == f"{table}/index/byPurge"
    assert statements["DeleteObjects"] == f"arn:aws:s3:::{deployment.configuration.stack_name('data')}-AttachmentsBucket/*"


@pytest.mark.timeout(600)  # a busy machine is slow, not wrong
def test_cfn_lint_has_no_finding(deployments: list[Any], tmp_path: Path) -> None:
    """Over the one combination with most resources; the command in CI takes all eight."""
    (largest,) = [each for each in deployments if each.is_production and each.uses_ec2 and not each.shares_task]
    files = []
    for stack in STACKS:
        files.append(tmp_path / f"{stack.name}.json")
        files[-1].write_text(render(stack.template(largest.configuration)))
    linter = Path(sys.executable).parent / "cfn-lint"
    result = subprocess.run([linter, *files], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "")


def test_help_says_what_is_linted() -> None:
    command = [sys.executable, "deploy/lint_templates.py", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert all(linter in result.stdout for linter in ("cfn-lint", "checkov", "parliament"))
