"""docs/reference/api.md is true: its examples run, its routes are all routes, its limits are the code's."""

import re
from pathlib import Path

import pytest
from django.urls import URLPattern

import files.urls
import todos.repository
import todos.urls
from files import models as file_models
from files import storage
from todo_project.api import parsers
from todos import models as todo_models
from todos import serializers

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "reference" / "api.md").read_text()
MB = 1024 * 1024


@pytest.mark.timeout(300)  # as the README's
def test_the_examples_work(serving, check_examples, tmp_path) -> None:
    with serving(tmp_path / "state") as service:
        check_examples(service, DOCUMENT)


def test_it_lists_exactly_the_routes_there_are() -> None:
    documented = {
        (method, path) for method, path in re.findall(r"^\| (GET|POST|PATCH|PUT|DELETE) `([^`]+)` \|", DOCUMENT, re.MULTILINE)
    }
    routes = {route for pattern in (*todos.urls.urlpatterns, *files.urls.urlpatterns) for route in methods(pattern)}
    assert documented == routes


def methods(pattern: URLPattern) -> set[tuple[str, str]]:
    """Method and path as the document writes it, of each method that a view handles itself."""
    names = {"user_id": "userID", "todo_id": "todoID", "file_id": "fileID"}
    path = re.sub(r"<\w+:(\w+)>", lambda match: f"{{{names[match[1]]}}}", str(pattern.pattern))
    view = pattern.callback.view_class  # type: ignore[attr-defined]
    return {(name.upper(), f"/api/{path}") for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)}


def test_it_names_every_type_of_problem() -> None:
    named = set(re.findall(r"^\| \d{3} \| `([a-z-]+)` \|", DOCUMENT, re.MULTILINE))
    raised = re.compile(r"""\bcode = "(\w+)"|(?:document|_plain)\(\d{3}, "(\w+)\"""")
    code = "".join(
        path.read_text() for path in [ROOT / "todo_project" / "errors.py", *(ROOT / "todo_project" / "api").glob("*.py")]
    )
    ours = {(found[0] or found[1]).replace("_", "-") for found in raised.findall(code)}
    assert len(ours) > 5
    assert ours <= named


def test_its_limits_are_the_codes() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", DOCUMENT.split("## Limits")[1].split("## ")[0], re.MULTILINE))
    assert rows == {
        "what": "limit",
        "title": f"1–{todo_models.TITLE_MAX} characters",
        "description": f"{todo_models.DESCRIPTION_MAX:,} characters",
        "notes": f"{todo_models.NOTES_MAX:,} characters",
        "search": f"{serializers.SEARCH_MAX} characters",
        "page": f"{serializers.PAGE_MAX} to-dos",
        "JSON body": f"{parsers.MAX_BYTES // 1024} KB",
        "file through the service": f"{file_models.SIZE_MAX_THROUGH_SERVICE // MB} MB",
        "file by direct upload": f"{file_models.SIZE_MAX_DIRECT // MB} MB",
        "attachments": f"{file_models.PER_TODO_MAX} a to-do, without those in the trash",
        "file name": f"{file_models.FILE_NAME_MAX_BYTES} bytes in UTF-8",
        "`Idempotency-Key`": "255 characters",
        "upload form": f"10 minutes for sure, {storage.UPLOAD_LIFE // 3600} hour at most",
        "upload not completed": f"{file_models.PENDING_LIFE.days} day",
        "download URL": f"10 minutes for sure, {storage.DOWNLOAD_LIFE // 60} at most",
        "trash": f"{todo_models.TRASH_LIFE.days} days",
    }
    assert file_models.TRASH_LIFE == todo_models.TRASH_LIFE
    assert f"reads at most {todos.repository.SEARCH_BUDGET:,} to-dos a request" in DOCUMENT
    assert f"{serializers.PAGE_DEFAULT} if absent" in DOCUMENT
