"""The site's files: their order, their caching, and how long those of earlier releases stay."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.release import website
from local.web import webapp

BUCKET = "site"
NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def s3():
    with Processes() as processes:
        client = Emulator(processes).client("s3", "us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def page(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    return website.files(folder, {"apiBase": "/api"})


def keys(s3):
    return {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_it_works(tmp_path, s3):
    files = page(tmp_path, "index.html", "favicon.svg", "assets/a.js", "assets/b.css")
    assert [file.key for file in files] == ["assets/a.js", "assets/b.css", "config.json", "favicon.svg", "index.html"]
    list(website.upload(s3, BUCKET, files))
    assert website.changed(s3, BUCKET, files) == []
    assert s3.get_object(Bucket=BUCKET, Key="assets/a.js")["CacheControl"] == "public, max-age=31536000, immutable"


def test_caching_is_that_of_the_page_on_a_laptop():
    assert (website.FOREVER, website.ALWAYS_ASK) == (webapp.FOREVER, webapp.ALWAYS_ASK)


def test_only_what_differs_is_uploaded(tmp_path, s3):
    list(website.upload(s3, BUCKET, page(tmp_path, "index.html", "theme.js")))
    (tmp_path / "theme.js").write_text("changed")
    assert [file.key for file in website.changed(s3, BUCKET, website.files(tmp_path, {"apiBase": "/api"}))] == ["theme.js"]


def test_files_of_an_earlier_release_stay_for_pages_that_are_open(tmp_path, s3):
    list(website.upload(s3, BUCKET, page(tmp_path, "index.html", "assets/old.js")))
    (tmp_path / "assets" / "old.js").unlink()
    wanted = page(tmp_path, "index.html", "assets/new.js")
    list(website.upload(s3, BUCKET, wanted))
    assert website.retire(s3, BUCKET, wanted, NOW) == []
    assert website.retire(s3, BUCKET, wanted, NOW + timedelta(days=29)) == []
    assert "assets/old.js" in keys(s3)
    assert "assets/old.js" in website.retire(s3, BUCKET, wanted, NOW + timedelta(days=31))
    assert "assets/old.js" not in keys(s3)


def test_a_retired_file_that_is_needed_again_is_uploaded_again(tmp_path, s3):
    both = page(tmp_path, "index.html", "assets/again.js")
    list(website.upload(s3, BUCKET, both))
    website.retire(s3, BUCKET, [file for file in both if file.key != "assets/again.js"], NOW)
    assert [file.key for file in website.changed(s3, BUCKET, both)] == ["assets/again.js"]


def test_a_page_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(website.SiteError, match="build the page with `make web`"):
        website.files(tmp_path, {})


def test_a_file_of_an_unknown_type_is_refused(tmp_path):
    (tmp_path / "movie.xyz").write_text("")
    with pytest.raises(website.SiteError, match=r"add '\.xyz' to TYPES"):
        page(tmp_path, "index.html")
