"""What a person is asked before something is changed, and what a program gives instead."""

import sys

from deploy.release.deployment import DeploymentError


def yes(given: bool, question: str) -> None:
    """Ask, unless `given` says yes already. Raises DeploymentError for any reply but yes, and without a terminal."""
    if not given and _ask(f"{question} [y/N] ", "--yes").lower() not in {"y", "yes"}:
        raise DeploymentError("Nothing was changed.")


def typed(name: str, given: str | None, question: str) -> None:
    """Ask the person to type a name, unless it is given. Raises DeploymentError for another name, and without a terminal."""
    typed_name = given or _ask(f"{question} Type its name to go on: ", f"--yes {name}")
    if typed_name != name:
        raise DeploymentError(f"{typed_name!r} is not {name!r}. Nothing was removed.")


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise DeploymentError(f"There is no terminal to ask at: add {option}. Nothing was changed.")
    return input(question).strip()
