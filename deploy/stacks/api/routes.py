"""The routes of the API: each method and path that exists. No other reaches a container, and none without a token.

A test holds the list against the URL patterns of both Django apps and their methods.
"""

from typing import Final

# One name a place in the path: {owner} is the user in one service and the to-do in the other.
_TODOS: Final = "/api/{owner}/todos"
_TODO: Final = f"{_TODOS}/{{todoID}}"
_FILES: Final = "/api/{owner}/files"
_FILE: Final = f"{_FILES}/{{fileID}}"

ROUTES: Final = (
    f"GET {_TODOS}",
    f"POST {_TODOS}",
    f"DELETE {_TODOS}",
    f"GET {_TODO}",
    f"PATCH {_TODO}",
    f"DELETE {_TODO}",
    f"POST {_TODO}/restore",
    f"GET {_FILES}",
    f"POST {_FILES}",
    f"DELETE {_FILE}",
    f"POST {_FILE}/complete",
    f"POST {_FILE}/restore",
    # as the published web client calls them
    f"POST {_TODOS}/add",
    f"POST {_TODO}/complete",
    f"POST {_TODO}/addnotes",
    f"DELETE {_TODO}/delete",
    f"POST {_FILES}/upload",
    f"DELETE {_FILE}/delete",
)


def logical_id(route: str) -> str:
    """``GET /api/{owner}/todos/{todoID}`` as ``GetTodosTodoIDRoute``."""
    method, path = route.split(" ")
    parts = [part.strip("{}") for part in path.removeprefix("/api/{owner}/").split("/")]
    return "".join([method.capitalize(), *(part[0].upper() + part[1:] for part in parts), "Route"])
