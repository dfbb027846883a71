"""The tutorial is true: chapters 1 to 7 are run as they are written, and show what is printed.

A comment above a block says where else it runs: `first terminal` (started by the test), `run by .ci/run`, `needs an account`.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
LOCAL = [path for path in CHAPTERS if path.name < "08" and path.name != "02-api.md"]  # test_readme.py runs chapter 2
MARK = re.compile(r"^<!-- ([^\n]+) -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


@pytest.mark.timeout(300)  # as the README's
@pytest.mark.parametrize("chapter", LOCAL, ids=lambda path: path.stem)
def test_its_commands_print_what_it_shows(chapter: Path, page_service, check_examples) -> None:
    text = chapter.read_text()
    with page_service(text) as service:
        check_examples(service, text)


def test_there_are_ten_chapters() -> None:
    assert [path.name[:2] for path in CHAPTERS] == [f"{number:02}" for number in range(1, 11)]


@each_chapter
def test_it_says_what_you_build_and_has_an_exercise_and_a_way_back(chapter: Path) -> None:
    headings = re.findall(r"^## (.+)$", chapter.read_text(), re.MULTILINE)
    assert headings[0] == "What you build"
    assert headings[-2:] == ["Exercise", "Undo it"]


@each_chapter
def test_a_block_that_is_not_run_here_says_where_it_runs(chapter: Path, ci_targets: set[str]) -> None:
    needs_account = chapter.name >= "08"
    for where, commands in MARK.findall(chapter.read_text()):
        assert where in {"first terminal", "run by .ci/run", "needs an account"}
        if where == "run by .ci/run":
            assert commands.strip().removeprefix("make ") in ci_targets
        assert where != "needs an account" or needs_account
