"""What a branch changes in the templates, as a comment."""

import pytest

from deploy import template_diff


@pytest.fixture
def sides(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
        (folder / "todo-dev-data.yaml").write_text("a: 1\nb: 2\n")
    return before, after


def test_it_works(sides):
    (sides[1] / "todo-dev-data.yaml").write_text("a: 1\nb: 3\n")
    text = template_diff.markdown(list(template_diff.differences(*sides)), "origin/main")
    assert "todo-dev-data.yaml: 1 lines added, 1 removed" in text
    assert "-b: 2\n+b: 3" in text


def test_nothing_changed_is_said(sides):
    assert "Nothing that is deployed changes." in template_diff.markdown(list(template_diff.differences(*sides)), "x")


def test_a_new_template_is_shown_whole(sides):
    (sides[1] / "todo-dev-queue.yaml").write_text("c: 1\n")
    assert [name for name, _ in template_diff.differences(*sides)] == ["todo-dev-queue.yaml"]


def test_what_does_not_fit_into_a_comment_is_named():
    found = [("small.yaml", ["+a"]), ("large.yaml", ["+" + "x" * template_diff.LONGEST])]
    text = template_diff.markdown(found, "x")
    assert len(text) < template_diff.LONGEST + 1000
    assert "Too long to show: large.yaml." in text


def test_a_base_that_is_not_there_is_one_sentence():
    with pytest.raises(SystemExit, match="Name a commit that is here with --base"):
        template_diff.main(["--base", "no-such-branch"])
