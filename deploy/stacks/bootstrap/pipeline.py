"""What a pipeline may do: its own role, and the boundary of every role that it creates. pipeline.yaml has the statements.

CloudFormation changes stacks for the pipeline with a role of its own (execution_role.py), and may create roles only within the
boundary: no role that the pipeline creates can do more than the services need, whatever a changed template says.
"""

import re
from typing import Any, Final

from troposphere import GetAtt, Sub

from deploy.configuration import APPLICATION, Configuration
from deploy.shared import yaml_files
from deploy.shared.roles import Statement, arn
from deploy.stacks.bootstrap.execution_role import PIPELINE_STACKS

TESTED_ENVIRONMENT: Final = "TestedEnvironment"
"""Parameter of production's bootstrap: the environment whose tested images its pipeline may copy."""


def boundary_statements(configuration: Configuration) -> list[Statement]:
    """The most that tasks, what starts them, and the schedule need."""
    return _statements(configuration, "boundary") + (
        _statements(configuration, "boundary_tracing") if configuration.tracing else []
    )


def deploy_statements(configuration: Configuration) -> list[Statement]:
    """What the role of GitHub's workflow may do."""
    tested = _statements(configuration, "tested_images") if configuration.is_production else []
    return tested + _statements(configuration, "deploy")


def _statements(configuration: Configuration, section: str) -> list[Statement]:
    names = {
        **{stack: configuration.stack_name(stack) for stack in (*PIPELINE_STACKS, "bootstrap", "data", "platform")},
        "here": "${AWS::Region}:${AWS::AccountId}",
        "environment": configuration.stack_name("").rstrip("-"),
        "app": APPLICATION,
        "env": configuration.environment,
        "tested": f"{APPLICATION}-${{{TESTED_ENVIRONMENT}}}-bootstrap",
        "role_path": configuration.role_path,
    }
    stacks = [arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{names[stack]}/*") for stack in PIPELINE_STACKS]
    return [
        {
            "Sid": statement["Sid"],
            "Effect": "Allow",
            **statement,
            "Resource": stacks if statement["Resource"] == "{pipeline_stacks}" else _resource(statement["Resource"]),
            **({"Condition": _referring(statement["Condition"])} if "Condition" in statement else {}),
        }
        for statement in yaml_files.beside(__file__, **names)[section]
    ]


def _resource(value: Any) -> Any:
    if isinstance(value, list):
        return [_resource(each) for each in value]
    return _referring(value) if value == "*" or value.startswith("${") else arn(value)


def _referring(value: Any) -> Any:
    """The value, with CloudFormation's functions where it names something of the stack."""
    if isinstance(value, dict):
        return {key: _referring(each) for key, each in value.items()}
    if attribute := re.fullmatch(r"\$\{(\w+)\.(\w+)\}", value):
        return GetAtt(*attribute.groups())
    return Sub(value) if "${" in value else value
