"""Whether a lock is closed: whatever a pinned package requires, on any supported Python and platform, is pinned too.

Installing such a lock never has to resolve anything. Run by `make install` after each install:

    python tests/install/closure.py VENV LOCK
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLATFORMS: Final = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
ENVIRONMENTS: Final[tuple[dict[str, str], ...]] = tuple(
    {
        "python_version": version,
        "python_full_version": f"{version}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": platform,
        "platform_system": system,
        "platform_machine": machine,
    }
    for version in ("3.11", "3.12", "3.13", "3.14")
    for platform, system, machine in PLATFORMS
)
"""Where the project is installed: Python 3.11 to 3.14, on Linux and macOS."""


@dataclass(frozen=True)
class Pin:
    """A line of a lock: `name[extras]==version ; marker`."""

    requirement: Requirement

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    def applies(self, environment: dict[str, str]) -> bool:
        return holds(self.requirement.marker, environment)


def holds(marker: Marker | None, environment: dict[str, str], extra: str = "") -> bool:
    return marker is None or marker.evaluate({**environment, "extra": extra})


def pins(lock: Path) -> list[Pin]:
    """The lines of a lock that pin something."""
    lines = re.findall(r"^[A-Za-z0-9][^#\\\n]*", lock.read_text(), re.MULTILINE)
    return [Pin(Requirement(line.strip())) for line in lines]


def installed(environment: Path) -> dict[str, Distribution]:
    """The packages of a virtual environment by their names."""
    folders = [str(folder) for folder in environment.glob("lib/python3*/site-packages")]
    return {canonicalize_name(found.metadata["Name"]): found for found in distributions(path=folders)}


def problems(lock: Path, known: dict[str, Distribution]) -> Iterator[str]:
    """A sentence for each requirement that the lock does not pin. `known` has the packages' metadata."""
    locked = pins(lock)
    requires = {pin.name: [Requirement(text) for text in known[pin.name].requires or ()] for pin in locked if pin.name in known}
    for environment in ENVIRONMENTS:
        here = {pin.name: pin.requirement for pin in locked if pin.applies(environment)}
        where = f"{environment['sys_platform']}, Python {environment['python_version']}"
        for name, pin in here.items():
            if name not in requires:
                yield f"{lock}: {name} is not installed, so its requirements are not known ({where})"
                continue
            for wanted in requires[name]:
                if not any(holds(wanted.marker, environment, extra) for extra in ("", *pin.extras)):
                    continue
                found = here.get(canonicalize_name(wanted.name))
                if found is None or not wanted.specifier.contains(str(found.specifier).removeprefix("=="), prereleases=True):
                    yield f"{lock}: {name} requires {wanted}, which is not pinned ({where})"
                elif missing := wanted.extras - found.extras:
                    yield f"{lock}: {name} requires {wanted}, pinned without {', '.join(sorted(missing))} ({where})"


if __name__ == "__main__":
    sys.exit("\n".join(sorted(set(problems(Path(sys.argv[2]), installed(Path(sys.argv[1])))))) or 0)
