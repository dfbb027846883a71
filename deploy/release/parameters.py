"""Template parameters from the command line: ``NAME=VALUE``, each given to every selected stack that declares NAME.

A stack remembers what it was given: a value that is not repeated stays as it is, so that an update of one image does
not need the domain, the certificate and the address for alerts again.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any


class ParameterError(ValueError):
    """A parameter is misspelt, unknown or missing; the message says which and what to write."""


def parse(pairs: Iterable[str]) -> dict[str, str]:
    """``["AlertEmail=me@example.org"]`` as a dictionary. Raises ParameterError for anything else."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ParameterError(f"--parameters takes NAME=VALUE, and {pair!r} has no name or no '='.")
        values[name] = value
    return values


def check_known(values: Mapping[str, str], templates: Iterable[Mapping[str, Any]]) -> None:
    """Raises ParameterError when a name is declared by none of the templates (JSON data), naming those that exist."""
    known = {name for template in templates for name in template.get("Parameters", {})}
    if unknown := sorted(set(values) - known):
        names = ", ".join(sorted(known)) or "none"
        raise ParameterError(f"No selected stack takes a parameter named {', '.join(unknown)}. They take: {names}.")


def remembered(existing: Mapping[str, Any] | None) -> set[str]:
    """The names of parameters that a deployed stack holds a value for."""
    return {parameter["ParameterKey"] for parameter in (existing.get("Parameters", []) if existing else [])}


def remembered_tags(existing: Mapping[str, Any] | None) -> dict[str, str]:
    """A deployed stack's tags: its owner stays who it was until another one is given."""
    return {"owner": "todo-team"} | {tag["Key"]: tag["Value"] for tag in (existing.get("Tags", []) if existing else [])}


def lacking(template: Mapping[str, Any], known: Collection[str]) -> dict[str, str]:
    """Name to purpose of each parameter of ``template`` (JSON data) that is not among ``known`` and has no default."""
    return {
        name: declaration.get("Description", "it has no description").rstrip(".")
        for name, declaration in template.get("Parameters", {}).items()
        if name not in known and "Default" not in declaration
    }


def changed(given: Mapping[str, str], names: Iterable[str]) -> list[dict[str, Any]]:
    """The Parameters argument of a change set that sets the ``given`` of these names and leaves the others as they are."""
    return [
        {"ParameterKey": name, "ParameterValue": given[name]}
        if name in given
        else {"ParameterKey": name, "UsePreviousValue": True}
        for name in names
    ]
