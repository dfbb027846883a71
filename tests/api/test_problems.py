"""Errors have one shape, wherever they come from, and never tell what is inside."""

from typing import Any

import pytest
from django.conf import settings

from tests.conftest import client_with
from todo_project.api.problems import handler403


def test_it_works(alice: Any) -> None:
    answer = alice.api.get("/api/me/todos/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:problem:todo:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing here that belongs to you.",
        "requestID": answer.headers["X-Request-ID"],
    }


def test_refused_input_names_each_field(alice: Any) -> None:
    answer = alice.api.post("/api/me/todos", {"dateDue": "soon", "completed": 5})
    assert answer.json() == {
        "type": "urn:problem:todo:invalid-input",
        "title": "Bad Request",
        "status": 400,
        "detail": "The input was refused; see errors.",
        "requestID": answer.headers["X-Request-ID"],
        "errors": [
            {"field": "title", "code": "required", "detail": "This field is required."},
            {"field": "dateDue", "code": "invalid", "detail": "Use a day that exists, as YYYY-MM-DD."},
            {"field": "completed", "code": "invalid", "detail": "Must be a valid boolean."},
        ],
    }


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/api/me/todo", "/admin/", "/api/me/todos/", "/healthz/", "/api/%00", "/.env"]
)
def test_an_address_without_a_route_is_a_problem_too(path: str, anonymous: Any, problem: Any) -> None:
    assert problem(anonymous.get(path), 404, "not-found")["detail"] == "There is nothing at this address."


@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "local host", "localhost:port"])
def test_a_host_that_is_not_served_is_refused(host: str, alice: Any, problem: Any) -> None:
    answer = alice.api.get("/api/me/todos", headers={"host": host})
    assert problem(answer, 400, "bad-request")["detail"] == (
        "The request is malformed or names a host that this service does not serve."
    )


def test_a_crash_tells_nothing_of_what_is_inside(alice: Any, problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr("todos.repository.page", crash)
    answer = alice.api.get("/api/me/todos")
    assert problem(answer, 500, "internal-error") == {
        "type": "urn:problem:todo:internal-error",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong here. Report it with this requestID.",
        "requestID": answer.headers["X-Request-ID"],
    }
    assert answer.headers["Cache-Control"] == "no-store"


class Crashing:
    """A middleware with a defect."""

    def __init__(self, get_response: Any) -> None:
        pass

    def __call__(self, request: Any) -> Any:
        raise RuntimeError("the secret")


@pytest.mark.parametrize("position", range(1, len(settings.MIDDLEWARE) + 1))
def test_a_crash_of_any_middleware_is_a_problem_with_its_id_and_one_line(
    position: int, settings: Any, problem: Any, log: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:position], f"{__name__}.Crashing", *settings.MIDDLEWARE[position:]]
    answer = client_with(None).get("/api/me/todos?search=x")
    body = problem(answer, 500, "internal-error")
    crashed, line = log()
    assert (crashed["level"], crashed["message"], line["status"]) == ("ERROR", "crashed", 500)
    assert crashed["exc_info"].endswith("RuntimeError: the secret")
    assert crashed["requestID"] == line["requestID"] == body["requestID"]


@pytest.mark.parametrize("path", ["/nothing", "/api/me/todos"])
def test_a_crash_of_an_error_page_is_a_problem_too(path: str, problem: Any, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Django and DRF keep these functions, so it is their code that is replaced.
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret")

    for name in ("handler404", "exception_handler"):
        monkeypatch.setattr(f"todo_project.api.problems.{name}.__code__", crash.__code__)
    answer = client_with(None).get(path)
    body = problem(answer, 500, "internal-error")
    crashed, line = log()
    assert crashed["requestID"] == line["requestID"] == body["requestID"]


def test_a_method_that_is_not_there_is_named(alice: Any, problem: Any) -> None:
    answer = alice.api.put("/api/me/todos")
    assert problem(answer, 405, "method-not-allowed")["detail"] == 'Method "PUT" not allowed.'
    assert answer.headers["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"


def test_a_form_of_the_answer_that_is_not_there_is_refused(alice: Any, problem: Any) -> None:
    problem(alice.api.get("/api/me/todos", headers={"accept": "text/html"}), 406, "not-acceptable")


def test_a_csrf_check_is_a_problem_too(rf: Any) -> None:
    answer = handler403(rf.get("/"), PermissionError("the secret"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert b"secret" not in answer.content


def test_a_head_has_no_body(alice: Any) -> None:
    answer = alice.api.head("/api/me/todos/00000000-0000-4000-8000-000000000000")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("path", ["/api/me/todos", "/nothing", "/healthz"])
def test_security_headers_are_on_every_answer(path: str) -> None:
    headers = client_with(None).get(path).headers
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize("path", ["/api/me/todos", "/api/nothing"])
def test_nothing_below_api_is_cached(path: str, alice: Any) -> None:
    assert alice.api.get(path).headers["Cache-Control"] == "no-store"
