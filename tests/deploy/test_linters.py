"""Which broken IAM policy is caught by what: cfn-lint, or the rules below, which hold every policy against cfn-lint's data."""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest

ACTIONS = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
"""AWS's service authorization reference: actions with the resources they know, resources with the form of their ARN."""
TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/todos"
READ = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": TABLE}


@cache
def service_map() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(ACTIONS.read_text())
    return data


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def misfits(statement: dict[str, Any]) -> list[str]:
    """What of a statement (without functions) can never allow anything: an action without a resource that fits, a foreign key."""
    found = []
    for action in listed(statement["Action"]):
        service, _, name = action.lower().partition(":")
        kinds = service_map()[service]["Actions"][name].get("Resources", [])
        forms = [form for kind in listed(kinds) for form in service_map()[service]["Resources"][kind.lower()]["ARNFormats"]]
        if not any(each == "*" or any(fits(each, form) for form in forms) for each in listed(statement["Resource"])):
            found.append(action)
    services = {action.partition(":")[0] for action in listed(statement["Action"])}
    keys = {key for conditions in statement.get("Condition", {}).values() for key in conditions}
    return found + sorted(key for key in keys if key.partition(":")[0] not in {"aws", *services, *PASSED.get(min(services), ())})


PASSED = {"sts": ("token.actions.githubusercontent.com",)}
"""Keys that a service takes from somebody else: those of the identity provider's token."""


def fits(arn: str, form: str) -> bool:
    """Whether an ARN has the form, such as ``arn:${Partition}:s3:::.*``; what is variable in the form may be anything."""
    parts = [("*" if "${" in part else part.replace(".*", "*")) for part in form.split(":", 5)]
    given = arn.split(":", 5)
    return len(given) == len(parts) and all(
        fnmatchcase(mine, theirs) or "*" in mine for mine, theirs in zip(given, parts, strict=True)
    )


def test_every_statement_of_every_policy_can_allow_something(deployment: Any) -> None:
    for name, document in deployment.policies.items():
        for statement in document["Statement"]:
            assert misfits(statement) == [], (name, statement["Sid"])


@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ({}, []),
        ({"Action": ["s3:GetObject"]}, ["s3:GetObject"]),
        ({"Action": ["ecr:GetAuthorizationToken"]}, ["ecr:GetAuthorizationToken"]),
        ({"Resource": "arn:aws:dynamodb:eu-central-1"}, ["dynamodb:GetItem"]),
        ({"Resource": TABLE.replace("table/", "stream/")}, ["dynamodb:GetItem"]),
        ({"Condition": {"StringEquals": {"s3:prefix": "x"}}}, ["s3:prefix"]),
    ],
)
def test_a_statement_that_allows_nothing_is_caught_here(change: dict[str, Any], misfit: list[str]) -> None:
    assert misfits(READ | change) == misfit


def test_cfn_lint_catches_the_others(tmp_path: Path) -> None:
    broken = {
        "UnknownAction": READ | {"Action": ["dynamodb:GetItm"]},
        "UnknownService": READ | {"Action": ["dynamodbb:GetItem"]},
        "WrongOperator": READ | {"Condition": {"StringEqual": {"aws:SourceAccount": "123456789012"}}},
        "NoEffect": {key: value for key, value in READ.items() if key != "Effect"},
        "MisspeltMember": {"Effect": "Allow", "Actions": READ["Action"], "Resource": TABLE},
    }
    policies = {
        name: {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}},
        }
        for name, statement in {**broken, "Good": READ}.items()
    }
    template = tmp_path / "policies.json"
    template.write_text(json.dumps({"Resources": policies}))
    command = [Path(sys.executable).parent / "cfn-lint", "--format", "json", template]
    findings = json.loads(subprocess.run(command, capture_output=True, text=True, check=False, timeout=100).stdout)
    assert {finding["Location"]["Path"][1] for finding in findings} == set(broken)
