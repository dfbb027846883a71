"""The site's files: their order, their caching, and how long those of earlier releases stay."""

import pytest

from deploy.rehearsal.emulator import Emulator
from deploy.rehearsal.processes import Processes
from deploy.release import website
from deploy.release.deployment import DeploymentError
from local.web import webapp

BUCKET = "site"


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
    assert list(website.publish(s3, BUCKET, files)) == files
    stored = {key: s3.get_object(Bucket=BUCKET, Key=key) for key in ("assets/a.js", "favicon.svg")}
    assert {key: (found["CacheControl"], found["ContentType"]) for key, found in stored.items()} == {
        "assets/a.js": ("public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        "favicon.svg": ("no-cache", "image/svg+xml"),
    }


def test_caching_is_that_of_the_page_on_a_laptop():
    assert (website.FOREVER, website.ALWAYS_ASK) == (webapp.FOREVER, webapp.ALWAYS_ASK)


def test_assets_are_uploaded_once_and_everything_else_each_time(tmp_path, s3):
    both = page(tmp_path, "index.html", "assets/c.js")
    assert [file.key for file in website.publish(s3, BUCKET, both)] == ["assets/c.js", "config.json", "index.html"]
    assert [file.key for file in website.publish(s3, BUCKET, both)] == ["config.json", "index.html"]


def test_files_of_an_earlier_release_stay_for_pages_that_are_open(tmp_path, s3):
    list(website.publish(s3, BUCKET, page(tmp_path, "index.html", "assets/old.js")))
    (tmp_path / "assets" / "old.js").unlink()
    list(website.publish(s3, BUCKET, page(tmp_path, "index.html", "assets/new.js")))
    assert {"assets/old.js", "assets/new.js"} <= keys(s3)


def test_a_page_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(DeploymentError, match="build the page with `make web`"):
        website.files(tmp_path, {})


def test_a_file_of_an_unknown_type_is_refused(tmp_path):
    (tmp_path / "movie.xyz").write_text("")
    with pytest.raises(DeploymentError, match=r"add '\.xyz' to TYPES"):
        page(tmp_path, "index.html")
