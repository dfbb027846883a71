"""What the linters of templates are given. What they say of it is the matter of `make lint-templates`, another step of CI."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def test_every_role_and_policy_is_written_for_the_linter(deployment: Any) -> None:
    written = set(deployment.policies)
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
    text = json.dumps(deployment.policies)
    assert "Fn::" not in text
    assert '"Ref"' not in text
    assert "${" not in text


def test_references_become_arns_of_the_right_form(deployment: Any) -> None:
    documents = deployment.policies
    (purge,) = [document for name, document in documents.items() if name.endswith("PurgeTaskRole-permissions")]
    statements = {statement["Sid"]: statement["Resource"] for statement in purge["Statement"]}
    table = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{deployment.configuration.stack_name('data')}-TodosTable"
    assert statements["FindDue"][0] == f"{table}/index/byPurge"
    assert statements["DeleteObjects"] == f"arn:aws:s3:::{deployment.configuration.stack_name('data')}-AttachmentsBucket/*"


def test_help_says_what_is_linted() -> None:
    command = [sys.executable, "deploy/lint_templates.py", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert all(linter in result.stdout for linter in ("cfn-lint", "checkov", "parliament"))
