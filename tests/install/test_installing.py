"""Installing never resolves: what was published since a lock was written cannot change or break an install."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.install import closure

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = {
    "requirements-dev.txt": ".venv",
    "requirements.txt": ".venv",
    "requirements-uv.txt": ".venv",
    "compose/requirements.txt": ".venv",
    "requirements-checkov.txt": ".venv-checkov",
    "requirements-containers.txt": ".venv-containers",
    "docsite/requirements.txt": ".venv-docs",
    "bench/requirements.txt": ".venv-bench",
    "bench/requirements-fastapi.txt": ".venv-bench-fastapi",
}
INSTALL = re.compile(r"\b(?:pip|uv)\b[^\n]*?\binstall\b")
PAGE = re.compile(r"\bnpm\b[\s\"',]+(?:i|install|add|update)\b")


def tracked() -> list[Path]:
    """The repository's own text: not the locks, pictures, changelog or this file."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    left_out = {"CHANGELOG.md", Path(__file__).relative_to(ROOT).as_posix()}
    kept = [ROOT / name for name in names if name not in left_out and not name.endswith((".svg", ".png", ".txt", "lock.json"))]
    return [path for path in kept if path.is_file()]


def commands(text: str, pattern: re.Pattern[str]) -> list[str]:
    """The commands that `pattern` finds, each with its continued lines (of a shell) or its list (of Python)."""
    found = []
    for match in pattern.finditer(text):
        rest = text[match.start() :]
        end = rest.find("]") if re.match(r"[^\n]*[\"'],", rest) else re.search(r"(?<!\\)\n|\Z", rest).start()  # type: ignore[union-attr]
        found.append(rest[:end])
    return found


def test_every_lock_is_known_here() -> None:
    locks = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("**/requirements*.txt") if "node_modules" not in path.parts}
    assert {lock for lock in locks if not lock.startswith((".", "build/"))} == set(ENVIRONMENTS)


@pytest.mark.parametrize("lock", ENVIRONMENTS)
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert [
        entry for entry in entries if not re.match(r"[\w.\-]+(?:\[[\w, .-]+\])?==\S+", entry) or "--hash=sha256:" not in entry
    ] == []


@pytest.mark.parametrize(
    "lock", [lock for lock, environment in ENVIRONMENTS.items() if (ROOT / environment / ".installed").exists()]
)
def test_a_lock_is_closed(lock: str) -> None:
    """The environments that are not made yet are checked by the install that makes them (`install` in the Makefile)."""
    assert sorted(set(closure.problems(ROOT / lock, closure.installed(ROOT / ENVIRONMENTS[lock])))) == []


def test_a_lock_without_an_extra_is_not_closed(tmp_path: Path) -> None:
    """This broke both commands of the README: pip resolved `coverage[toml]` again and found a newer release."""
    lock = tmp_path / "requirements.txt"
    lock.write_text((ROOT / "requirements-dev.txt").read_text().replace("coverage[toml]==", "coverage=="))
    found = set(closure.problems(lock, closure.installed(ROOT / ".venv")))
    assert any("pytest-cov requires coverage" in sentence and "pinned without toml" in sentence for sentence in found)


def test_a_lock_without_a_requirement_is_not_closed(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    whole = (ROOT / "requirements.txt").read_text()
    lock.write_text(re.sub(r"(?ms)^typing-extensions==.*?(?=^[a-z])", "", whole))
    found = "\n".join(closure.problems(lock, closure.installed(ROOT / ".venv")))
    assert "requires typing-extensions" in found
    assert "Python 3.11" in found


def test_no_install_resolves() -> None:
    named = [(path.name, command) for path in tracked() for command in commands(path.read_text(), INSTALL)]
    # A command names a lock with -r; a sentence that mentions installing does not.
    installs = [entry for entry in named if re.search(r"\s\W?-r\b", entry[1])]
    assert len(installs) > 3
    assert [entry for entry in installs if not {"--no-deps", "--require-hashes"} <= set(re.findall(r"--[a-z-]+", entry[1]))] == []


def test_the_page_is_installed_from_its_lock() -> None:
    assert [path for path in tracked() if commands(path.read_text(), PAGE)] == []
