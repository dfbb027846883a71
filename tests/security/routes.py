"""Every route of both services, taken from the URL configuration: a new one without its line in BODIES fails the tests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

OPEN = {"api/schema/"}
"""Routes that ask for no token: the description of the API."""

# What a well-formed request of each route and method carries; None: no body.
BODIES: dict[str, Any] = {
    "GET todos": None,
    "POST todos": {"title": "x"},
    "DELETE todos": None,
    "POST legacy-add": {"title": "x", "description": "", "dateDue": ""},
    "GET todo": None,
    "PATCH todo": {"title": "x"},
    "DELETE todo": None,
    "POST todo-restore": None,
    "POST legacy-complete": None,
    "POST legacy-addnotes": {"notes": "x"},
    "DELETE legacy-delete": None,
    "GET files": None,
    "POST files": {"fileName": "x", "contentType": "text/plain", "size": 5},
    "POST legacy-upload": {"fileName": "x", "filePath": "x"},
    "DELETE file": None,
    "POST file-complete": None,
    "POST file-restore": None,
    "DELETE legacy-delete-file": {"filePath": "x"},
}


@dataclass(frozen=True)
class Route:
    """A route with one of its methods."""

    name: str
    method: str
    pattern: str

    @property
    def line(self) -> str:
        """Its line in BODIES."""
        return f"{self.method} {self.name}"

    def path(self, *, user: str = "me", todo: str, file: str) -> str:
        """An address."""
        filled = self.pattern.replace("<str:user_id>", user).replace("<uuid:todo_id>", todo).replace("<uuid:file_id>", file)
        assert "<" not in filled, f"{self.pattern} has a parameter that tests/security does not know"
        return f"/{filled}"


def routes() -> Iterator[Route]:
    """All of them."""
    for prefix, pattern in _patterns(get_resolver().url_patterns, ""):
        route = f"{prefix}{pattern.pattern}"
        if route in OPEN:
            continue
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        for method in sorted({"get", "post", "put", "patch", "delete"} & set(dir(view))):
            yield Route(str(pattern.name), method.upper(), route)


def _patterns(patterns: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield prefix, pattern
        else:
            yield from _patterns(pattern.url_patterns, f"{prefix}{pattern.pattern}")


def call(client: Any, route: Route, path: str, **options: Any) -> Any:
    """Sends the route's well-formed request to a path."""
    return client.generic(
        route.method,
        path,
        b"" if BODIES[route.line] is None else json.dumps(BODIES[route.line]).encode(),
        content_type="application/json" if BODIES[route.line] is not None else "",
        **options,
    )
