"""`python -m exercises N`: writes what you start from, or checks what you have done with it.

Exit status: 0 solved, 1 not yet, 2 there is no such exercise.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from exercises import alarm, broken_image, lost_task, network_acl, one_request, path_rules, permission, restore

ROOT = Path(__file__).resolve().parents[1]


class Exercise(Protocol):
    """What each module of this package has."""

    @property
    def FILES(self) -> Mapping[str, str]:  # noqa: N802  a module's constant
        """Name to text of each file that you start from."""

    def check(self, folder: Path) -> Iterator[str]:
        """What is not right yet, a sentence each."""


EXERCISES: Mapping[str, Exercise] = {
    "1": permission,
    "2": network_acl,
    "3": path_rules,
    "4": alarm,
    "5": one_request,
    "6": restore,
    "7": lost_task,
    "8": broken_image,
}


def main(arguments: list[str], folder: Path = ROOT / "build" / "exercises") -> int:
    """Runs one exercise in a folder of its own."""
    number = arguments[0] if arguments else ""
    if number not in EXERCISES:
        print(f"There is no exercise {number or 'without a number'}. Choose one: make exercise N=1 to N={len(EXERCISES)}.")
        return 2
    exercise, place = EXERCISES[number], folder / number
    place.mkdir(parents=True, exist_ok=True)
    for name, text in exercise.FILES.items():
        if not (place / name).exists():
            (place / name).write_text(text)
            print(f"Wrote {place / name}: start there. docs/exercises.md has the task.")
    try:
        problems = list(exercise.check(place))
    except (ValueError, LookupError, TypeError) as error:
        files = " or ".join(exercise.FILES)
        problems = [f"{files} cannot be read: {error!r}. Mend it, or delete it to start again."]
    print(*problems, sep="\n")
    print("Not solved yet." if problems else "Solved.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
