"""The API's list of routes is the list of what both services serve: no more, no less."""

from __future__ import annotations

import re

from django.urls import URLPattern, get_resolver

from deploy.stacks.api.routes import ROUTES, logical_id

METHODS = ("delete", "get", "patch", "post", "put")
NAMES = {"user_id": "owner", "todo_id": "todoID", "file_id": "fileID"}


def served(module: str) -> set[str]:
    """Method and path of everything below /api that the URL patterns of a service match."""
    found = set()
    for pattern in get_resolver(module).url_patterns:
        assert isinstance(pattern, URLPattern)
        path = re.sub(r"<\w+:(\w+)>", lambda name: f"{{{NAMES[name[1]]}}}", str(pattern.pattern))
        # the first part is the user in one service and the to-do in the other
        path = re.sub(r"^\{\w+\}", "{owner}", path)
        view = pattern.callback.cls
        found |= {f"{method.upper()} /api/{path}" for method in METHODS if hasattr(view, method)}
    return found


def test_every_route_that_is_served_is_listed_and_no_other() -> None:
    assert served("todos.urls") | served("files.urls") == set(ROUTES)


def test_no_route_is_listed_twice() -> None:
    assert len(set(ROUTES)) == len(ROUTES) == len({logical_id(route) for route in ROUTES})


def test_one_name_a_place_in_the_path() -> None:
    assert all(route.split(" ")[1].startswith("/api/{owner}/") for route in ROUTES)


def test_a_logical_id_reads_as_its_route() -> None:
    assert logical_id("GET /api/{owner}/todos/{todoID}") == "GetTodosTodoIDRoute"
    assert logical_id("POST /api/{owner}/files/{fileID}/complete") == "PostFilesFileIDCompleteRoute"
