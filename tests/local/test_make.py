"""The Makefile's own sentences."""

import subprocess
from pathlib import Path

import pytest

from tests.local.users import ROOT, clean_environment


def make(*arguments: str, **variables: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, env=clean_environment(**variables), check=False
    )


def test_help_is_the_default_and_lists_every_target() -> None:
    listed = make()
    assert listed.returncode == 0
    for target in ("help", "install", "run", "services", "demo", "reset", "test", "lint", "lock"):
        assert f"  make {target} " in listed.stdout


def test_an_old_python_gets_a_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 'This project needs Python 3.11 or newer' >&2; exit 1\n")
    old.chmod(0o755)
    answer = make("install", f"VENV={tmp_path / 'venv'}", f"PYTHON={old}")
    assert answer.returncode != 0
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("word", ["3, 11", "needs Python 3.11 or newer"])
def test_the_version_is_checked(word: str) -> None:
    assert word in (ROOT / "Makefile").read_text()
