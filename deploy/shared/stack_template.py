"""A troposphere template with this project's conventions: described parameters, exported outputs, imports by stack.

A resource that is given the template adds itself to it: ``ecs.Cluster("Cluster", stack, …)``. Its description is in its Metadata,
unless its type has a description of its own.
"""

from pathlib import Path
from typing import Any, Final

from troposphere import Equals, Export, ImportValue, Join, Not, Output, Parameter, Ref, Select, Split, Sub, Template, logs

from deploy.configuration import Configuration
from deploy.shared import yaml_files

ORDER: Final = (
    *("AWSTemplateFormatVersion", "Description", "Type", "Metadata", "Parameters", "Rules", "Conditions", "Condition"),
    *("DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Properties", "Resources", "Outputs"),
)
"""In which one reads the sections of a template, and the attributes of a resource."""

_GROUPS: Final = yaml_files.content(Path(__file__).parents[1] / "parameters.yaml")
PARAMETERS: Final = {name: (group, each) for group, members in _GROUPS.items() for name, each in members.items()}


class StackTemplate(Template):  # type: ignore[misc]  # troposphere carries no types
    """One stack's template. ``stack``: its short name ("data"); ``holds``: for the description people see in the console."""

    def __init__(self, configuration: Configuration, stack: str, holds: str) -> None:
        super().__init__(Description=f"To-do service, {configuration.environment}, {stack}: {holds}")
        self.set_version("2010-09-09")
        self.configuration = configuration
        self.stack = stack
        self.alert_topic = "alerts"

    def parameter(self, name: str, *, like: str | None = None, **attributes: Any) -> Parameter:
        """Add the parameter of this name in parameters.yaml, or one ``like`` another there.

        ``attributes``: those that depend on the configuration, in place of the ones there.
        """
        group, described = PARAMETERS[like or name]
        self.add_parameter_to_group(name, group)
        return self.add_parameter(Parameter(name, **{"Type": "String", **described, **attributes}))

    def optional(self, name: str, **attributes: Any) -> None:
        """A parameter that may stay empty, with the condition ``Has<Name>`` that says whether it was given."""
        parameter = self.parameter(name, **attributes)
        given = Join("", Ref(parameter)) if parameter.Type == "CommaDelimitedList" else Ref(parameter)
        self.add_condition(f"Has{name}", Not(Equals(given, "")))

    def publish(self, name: str, description: str, value: Any) -> None:
        """An output that other stacks can import as ``<stack name>-<name>``."""
        export = Export(Sub(f"${{AWS::StackName}}-{name}"))
        self.add_output(Output(name, Description=description, Value=value, Export=export))

    def to_dict(self) -> dict[str, Any]:
        """The template as plain data, in the order in which one reads it."""
        sections = _ordered(super().to_dict())
        sections["Resources"] = {name: _ordered(body) for name, body in sections["Resources"].items()}
        return sections

    def imported(self, stack: str, output: str) -> ImportValue:
        """The output of another stack of the same environment."""
        return ImportValue(f"{self.configuration.stack_name(stack)}-{output}")


def _ordered(content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in sorted(content, key=ORDER.index)}


def add_log_group(template: StackTemplate, logical_id: str, description: str) -> logs.LogGroup:
    """Add a log group without a physical name, so that two deployments never write to one."""
    return logs.LogGroup(
        logical_id,
        template,
        Metadata={"Description": description},
        RetentionInDays=template.configuration.settings.log_retention_days,
    )


def unique_name() -> Join:
    """A name for what must be given one and is retained: ``<stack name>-<8 hex digits of the stack's own id>``.

    A stack that is deleted and made again does not run into what the first one left behind.
    """
    identifier = Select(2, Split("/", Ref("AWS::StackId")))
    return Join("-", [Ref("AWS::StackName"), Select(0, Split("-", identifier))])


def skip_checkov(reasons: dict[str, str]) -> dict[str, Any]:
    """Resource metadata that accepts findings of checkov: ``{check id: why it is right here}``."""
    return {"checkov": {"skip": [{"id": check, "comment": reason} for check, reason in reasons.items()]}}
