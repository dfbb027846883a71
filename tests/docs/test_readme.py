"""The README is true: its walkthrough is run against a real service, and its commands exist."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CHAPTER = (ROOT / "docs" / "tutorial" / "02-api.md").read_text()


@pytest.mark.timeout(300)  # three sign-ins and two starts, on a computer that runs other tests as well
def test_the_walkthrough_works_and_its_data_outlives_a_restart(serving, check_examples, tmp_path) -> None:
    with serving(tmp_path / "state") as service:
        check_examples(service, CHAPTER)
    again = """
```sh
TOKEN=$(.venv/bin/python manage.py token alice@example.com)
curl -s -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8000/api/me/todos?search=milk' | grep -o Buy
```
```text
Buy
```
"""
    with serving(tmp_path / "state") as service:
        check_examples(service, again)


def test_its_two_commands_do_what_it_says() -> None:
    assert "manage.py runserver" in dry_run("run")
    assert "-m pytest" in dry_run("test")


def test_the_versions_it_asks_for_are_those_the_project_asks_for() -> None:
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()
    assert "Python 3.11 or newer" in README
    assert '"node": ">=20.19"' in (ROOT / "web" / "package.json").read_text()
    assert "Node 20.19 or newer" in README


def dry_run(target: str) -> str:
    """What make would run, without running it."""
    ended = subprocess.run(
        ["make", "--dry-run", "--always-make", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
