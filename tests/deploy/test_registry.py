"""Which images a rollback goes back to."""

import pytest

from deploy.release.registry import before

A, B, C = ("todos:a", "files:a"), ("todos:b", "files:a"), ("todos:c", "files:c")


def test_it_works():
    assert before([A, B], B) == A


@pytest.mark.parametrize(
    ("releases", "current", "expected"),
    [
        ([A, B, C], B, A),  # taken back once, and once more
        ([A, B], C, B),  # what runs failed its smoke test, so it is in no record
        ([A, B, A], A, B),  # the same images again are a release of their own
        ([A, B, B], B, A),
        ([A], A, None),
        ([], A, None),
    ],
)
def test_the_last_that_worked_before_what_runs(releases, current, expected):
    assert before(releases, current) == expected
