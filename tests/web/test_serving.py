"""Django serves the page as CloudFront will: its files, its addresses, its headers."""

from pathlib import Path

import httpx
import pytest
from django.test import RequestFactory

from local.web import webapp
from tests.web.people import Site


@pytest.fixture
def client(site: Site) -> httpx.Client:
    """Asks the running stack."""
    with httpx.Client(base_url=site.url) as asking:
        yield asking


def test_it_works(client: httpx.Client, site: Site) -> None:
    assert client.get("/config.json").json() == {
        "apiBase": "/api",
        "region": "us-east-1",
        "userPoolId": site.config["userPoolId"],
        "clientId": site.config["clientId"],
        "cognitoEndpoint": f"{site.aws}/",
    }


@pytest.mark.parametrize("path", ["/", "/trash", "/todos/3f0e0c1e-0000-4000-8000-000000000000", "/nowhere"])
def test_every_address_of_the_page_is_the_page(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/missing.js", "/assets/missing.js", "/assets/../../manage.py", "/api/missing", "/%2e%2e/%2e%2e/manage.py"]
)
def test_what_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_only_reading_is_answered(client: httpx.Client) -> None:
    assert client.post("/").status_code == 405


def test_hashed_files_are_kept_for_good(client: httpx.Client) -> None:
    name = next((webapp.DIST / "assets").glob("page-*.js")).name
    answer = client.get(f"/assets/{name}")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/config.json", "/theme.js"])
def test_the_security_headers_go_with_everything(client: httpx.Client, site: Site, path: str) -> None:
    headers = client.get(path).headers
    assert f"connect-src 'self' {site.aws} {site.aws};" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_an_unbuilt_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(webapp, "DIST", tmp_path)
    answer = webapp.page(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert "Node 20.19 or newer" in answer.content.decode()
