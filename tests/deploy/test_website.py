"""The site's files: their order, their caching, and how long those of earlier releases stay."""

import json

import pytest

from deploy.release import website
from deploy.release.deployment import DeploymentError
from local.web import webapp

BUCKET = "site"


@pytest.fixture(scope="module")
def s3(emulator):
    client = emulator.client("s3", "us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def publish(s3, tmp_path):
    """Publish the page with these files; returns the keys that were uploaded, in their order."""

    def publish(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(name)
        return list(website.publish(s3, BUCKET, tmp_path, {"apiBase": "/api"}))

    return publish


def keys(s3):
    return {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_it_works(publish, s3):
    uploaded = publish("index.html", "favicon.svg", "assets/a.js", "assets/b.css")
    assert uploaded == ["assets/a.js", "assets/b.css", "config.json", "favicon.svg", "index.html"]
    stored = {key: s3.get_object(Bucket=BUCKET, Key=key) for key in ("assets/a.js", "favicon.svg", "config.json")}
    assert {key: (found["CacheControl"], found["ContentType"]) for key, found in stored.items()} == {
        "assets/a.js": ("public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        "favicon.svg": ("no-cache", "image/svg+xml"),
        "config.json": ("no-cache", "application/json"),
    }
    assert json.loads(stored["config.json"]["Body"].read()) == {"apiBase": "/api"}


def test_caching_is_that_of_the_page_on_a_laptop():
    assert (website.FOREVER, website.ALWAYS_ASK) == (webapp.FOREVER, webapp.ALWAYS_ASK)


def test_assets_are_uploaded_once_and_everything_else_each_time(publish):
    assert publish("index.html", "assets/c.js") == ["assets/c.js", "config.json", "index.html"]
    assert publish() == ["config.json", "index.html"]


def test_files_of_an_earlier_release_stay_for_pages_that_are_open(publish, tmp_path, s3):
    publish("index.html", "assets/old.js")
    (tmp_path / "assets" / "old.js").unlink()
    publish("assets/new.js")
    assert {"assets/old.js", "assets/new.js"} <= keys(s3)


def test_a_page_that_is_not_built_is_refused(publish):
    with pytest.raises(DeploymentError, match="build the page with `make web`"):
        publish()


def test_a_file_of_an_unknown_type_is_refused_before_anything_is_uploaded(publish, s3):
    before = keys(s3)
    with pytest.raises(DeploymentError, match=r"does not know the type of movie\.xyz: add it to TYPES"):
        publish("index.html", "movie.xyz", "assets/new-one.js")
    assert keys(s3) == before
