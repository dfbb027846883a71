"""The bucket of releases: what is kept of each good one, which of them runs, and which run has started to change something."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from deploy.release.records import Records, Release, State

FIRST = datetime(2026, 11, 27, 9, tzinfo=UTC)
GOOD = Release({"TodosImage": "x/todos:1", "FilesImage": "x/files:1"}, {"services": {"Resources": {"A": 1}}, "web": {}})
NEXT = Release({"TodosImage": "x/todos:2", "FilesImage": "x/files:1"}, GOOD.templates)


@pytest.fixture
def records(emulator):
    name = f"releases-{secrets.token_hex(4)}"
    emulator.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return Records(emulator.client("s3"), name)


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<p>1</p>")
    (folder / "assets" / "index-1.js").write_text("1")
    return folder


def test_it_works(records, page, tmp_path):
    assert records.state == State(None, None)
    name = records.add(GOOD, page, FIRST)
    records.settle(name)
    assert records.state == State(name, None)
    assert records.read(name) == GOOD
    records.write_page(name, tmp_path / "back")
    assert (tmp_path / "back" / "assets" / "index-1.js").read_text() == "1"
    assert (tmp_path / "back" / "index.html").read_text() == "<p>1</p>"


def test_a_run_that_begins_is_unfinished_until_it_settles(records, page):
    name = records.add(GOOD, page, FIRST)
    records.settle(name)
    records.begin("17")
    assert records.state == State(name, "17")
    records.settle(name)
    assert records.state == State(name, None)


def test_the_same_release_is_kept_once(records, page):
    name = records.add(GOOD, page, FIRST)
    records.settle(name)
    assert records.add(GOOD, page, FIRST + timedelta(days=1)) == name
    (page / "index.html").write_text("<p>2</p>")
    assert records.add(GOOD, page, FIRST + timedelta(days=1)) != name


def test_each_has_the_one_before(records, page):
    first = records.add(GOOD, page, FIRST)
    second = records.add(NEXT, page, FIRST + timedelta(hours=1))
    records.settle(second)
    (page / "index.html").write_text("<p>2</p>")
    third = records.add(NEXT, page, FIRST + timedelta(hours=2))
    assert records.before(third) == second
    assert records.before(second) == first
    assert records.before(first) is None
