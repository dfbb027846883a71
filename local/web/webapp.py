"""Serves the web application of web/dist as CloudFront does in production: its files, /config.json, and index.html for
every address that is a view of the page. The same security headers go with all of them.
"""

import mimetypes
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils._os import safe_join
from django.views.decorators.http import require_safe

from deploy.stacks.web.distribution import CONTENT_SECURITY_POLICY

DIST: Final = Path(__file__).resolve().parents[2] / "web" / "dist"
FOREVER: Final = "public, max-age=31536000, immutable"
ALWAYS_ASK: Final = "no-cache"

# Python's table depends on the operating system's own.
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

NOT_BUILT: Final = (Path(__file__).resolve().parents[1] / "templates" / "local" / "not_built.html").read_text()


def content_security_policy() -> str:
    """CloudFront's own policy, with the origin that the browser calls here: the embedded AWS."""
    parts = urlsplit(settings.AWS_ENDPOINT_URL)
    origin = f"{parts.scheme}://{parts.netloc}"
    return Template(CONTENT_SECURITY_POLICY).substitute(CognitoOrigin=origin, AttachmentsOrigin=origin)


def _secured(response: HttpResponseBase, cache: str) -> HttpResponseBase:
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = content_security_policy()
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _file(found: Path, cache: str) -> HttpResponseBase:
    kind = TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return _secured(FileResponse(found.open("rb"), content_type=kind), cache)


@require_safe
def config(request: HttpRequest) -> HttpResponseBase:
    """What differs between environments, read by the page when it starts."""
    answer = {
        "apiBase": "/api",
        "region": settings.AWS_REGION,
        "userPoolId": settings.COGNITO_USER_POOL_ID,
        "clientId": settings.COGNITO_CLIENT_ID,
        # Amplify wants a trailing slash: it sends its requests to exactly this address.
        "cognitoEndpoint": f"{settings.AWS_ENDPOINT_URL}/",
    }
    return _secured(JsonResponse(answer), ALWAYS_ASK)


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """A file of the site, else index.html: the page knows its own URLs. A name with an ending is a file or 404."""
    try:
        found = Path(safe_join(DIST, name))
    except (SuspiciousFileOperation, ValueError):
        raise Http404 from None
    if found.is_file():  # names in assets/ hold their content's hash: browsers keep these files for good
        return _file(found, FOREVER if name.startswith("assets/") else ALWAYS_ASK)
    if "." in name.rsplit("/", 1)[-1]:
        raise Http404
    index = DIST / "index.html"
    if not index.is_file():
        return _secured(HttpResponse(NOT_BUILT, status=503), ALWAYS_ASK)
    return _file(index, ALWAYS_ASK)


urlpatterns: list[URLPattern] = [
    path("config.json", config, name="config"),
    path("", page, name="page"),
    re_path(r"^(?!api/|static/|healthz|readyz)(?P<name>.+)$", page),
]
