"""What a person is asked before something is changed, and what a program gives instead."""

import sys

from deploy.release.deployment import DeploymentError


def yes(given: bool, question: str) -> None:
    """Ask, unless the reply was given. Raises DeploymentError for anything but yes, and where nobody can be asked."""
    if not given and _ask(f"{question} [y/N] ", "--yes").lower() not in {"y", "yes"}:
        raise DeploymentError("Nothing was changed.")


def typed(name: str, given: str | None, question: str) -> None:
    """Ask for a name to be typed, unless it was given. Raises DeploymentError for another name, and where nobody can be asked."""
    answer = given or _ask(f"{question} Type its name to go on: ", f"--yes {name}")
    if answer != name:
        raise DeploymentError(f"{answer!r} is not {name!r}. Nothing was removed.")


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise DeploymentError(f"This is not a terminal, so nobody can be asked: add {option}. Nothing was changed.")
    return input(question).strip()
