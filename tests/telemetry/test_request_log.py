"""The log: one JSON line a request, whose id is in the response, and nothing that belongs to somebody."""

import logging
import re
from typing import Any

import pytest

from todo_project.errors import Unavailable
from todo_project.telemetry import logging as request_log

TRACE = "1-67891233-abcdef012345678912345678"
MADE = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")


def test_it_works(alice: Any, log: Any) -> None:
    answer = alice.api.get("/api/me/todos")
    [line] = log()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", line["time"])
    assert 0 < line["ms"] < 60_000
    assert line == {
        "time": line["time"],
        "level": "INFO",
        "logger": "todo.request",
        "message": "request",
        "service": "both",
        "requestID": answer.headers["X-Request-ID"],
        "apiRequestID": "-",
        "method": "GET",
        "route": "GET /api/{owner}/todos",
        "status": 200,
        "user": request_log.pseudonym(alice.subject),
        "ms": line["ms"],
        "calls": 1,
        "readUnits": 1.0,
        "_aws": line["_aws"],
    }


@pytest.mark.parametrize("header", [f"Root={TRACE}", f"Self=1-67891234-12456789abcdef012345678;Root={TRACE};Sampled=1"])
def test_the_request_id_is_the_one_given_at_the_edge(header: str, anonymous: Any, log: Any) -> None:
    answer = anonymous.get("/api/me/todos", headers={"X-Amzn-Trace-Id": header})
    assert (answer.headers["X-Request-ID"], answer.json()["requestID"], log()[0]["requestID"]) == (TRACE, TRACE, TRACE)


@pytest.mark.parametrize(
    "header", [None, "", TRACE, "Root=1-2-3", f"Root={TRACE}0", f"Root={TRACE.upper()}", 'Root=","level":"x']
)
def test_otherwise_one_is_made(header: str | None, anonymous: Any, log: Any) -> None:
    made = [anonymous.get("/x", headers={"X-Amzn-Trace-Id": header} if header is not None else {}) for _ in range(2)]
    ids = [answer.headers["X-Request-ID"] for answer in made]
    assert all(MADE.fullmatch(identifier) and identifier != TRACE for identifier in ids)
    assert len(set(ids)) == 2
    assert [line["requestID"] for line in log()] == ids


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("post", "/api/me/todos", 400, "POST /api/{owner}/todos"),
        ("put", "/api/me/todos", 405, "other"),
        ("get", "/api/somebody/todos", 404, "GET /api/{owner}/todos"),
        ("get", "/api/nothing", 404, "other"),
        ("get", "/healthz", 200, "/healthz"),
        ("get", "/readyz", 200, "/readyz"),
    ],
)
def test_every_request_has_its_line(method: str, path: str, status: int, route: str, alice: Any, log: Any) -> None:
    getattr(alice.api, method)(path, {"title": ""} if method == "post" else None)
    [line] = log()
    assert (line["method"], line["status"], line["route"]) == (method.upper(), status, route)


@pytest.mark.parametrize("given", ["JKJaXmPLvHcESHA=", "a" * 64])
def test_the_id_of_api_gateway_is_on_every_line_of_the_request(
    given: str, alice: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("todos.repository.page", None)
    alice.api.get("/api/me/todos", headers={"X-Request-Id": given, "X-Amzn-Trace-Id": f"Root={TRACE}"})
    crashed, line = log()
    assert crashed["message"] == "crashed"
    assert [(each["requestID"], each["apiRequestID"]) for each in (crashed, line)] == [(TRACE, given)] * 2


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", '","level":"x', "a@example.com"])
def test_what_is_no_id_of_api_gateway_is_not_written(given: str, alice: Any, log: Any) -> None:
    alice.api.get("/api/me/todos", headers={"X-Request-Id": given})
    assert log()[0]["apiRequestID"] == "-"


def test_a_warning_from_deeper_has_the_ids_and_they_end_with_the_request(
    alice: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(*_: Any, **__: Any) -> None:
        logging.getLogger("todo_project.somewhere").warning("again")
        raise Unavailable

    monkeypatch.setattr("todos.repository.page", warn)
    alice.api.get("/api/me/todos", headers={"X-Amzn-Trace-Id": f"Root={TRACE}"})
    logging.getLogger("todo_project.somewhere").warning("later")
    assert [each["requestID"] for each in log() if each["logger"] == "todo_project.somewhere"] == [TRACE, "-"]


def test_nobody_has_no_name(anonymous: Any, log: Any) -> None:
    anonymous.get("/api/me/todos")
    [line] = log()
    assert (line["status"], line["user"]) == (401, None)


def test_a_user_has_the_same_name_in_every_line_and_another_than_everybody_else(alice: Any, bob: Any, log: Any) -> None:
    alice.api.get("/api/me/todos")
    alice.legacy.get("/api/me/todos?search=x")
    bob.api.get("/api/me/todos")
    first, second, third = (line["user"] for line in log())
    assert first == second != third
    assert re.fullmatch("[0-9a-f]{16}", first)


def test_the_name_cannot_be_made_without_the_key(alice: Any, settings: Any) -> None:
    before = request_log.pseudonym(alice.subject)
    settings.SECRET_KEY = "another key"
    request_log.pseudonym.cache_clear()
    after = request_log.pseudonym(alice.subject)
    request_log.pseudonym.cache_clear()
    assert before != after


def test_a_crash_is_in_the_log_only_with_its_trace_and_the_same_id(alice: Any, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken in here")

    monkeypatch.setattr("todos.repository.page", crash)
    answer = alice.api.get("/api/me/todos?search=confidential")
    crashed, line = log()
    assert (crashed["level"], crashed["message"]) == ("ERROR", "crashed")
    assert "RuntimeError: broken in here" in crashed["exc_info"]
    assert "test_request_log.py" in crashed["exc_info"]
    assert crashed["requestID"] == line["requestID"] == answer.headers["X-Request-ID"]
    assert (line["status"], line["user"]) == (500, request_log.pseudonym(alice.subject))
    wanted = {"time", "level", "logger", "message", "service", "requestID", "apiRequestID", "status_code", "exc_info"}
    assert set(crashed) == wanted


def test_lines_outside_a_request_have_no_id(log: Any) -> None:
    request_log.logger.warning("outside")
    assert log()[0]["requestID"] == "-"


SECRET = "Confidential"


def test_what_belongs_to_somebody_is_never_there(alice: Any, log: Any, anonymous: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for fields in ({}, {"dateDue": SECRET}, {SECRET: 1}):
        alice.api.post("/api/me/todos", {"title": SECRET, "notes": SECRET, "description": SECRET, **fields})
    todo = alice.legacy.get(f"/api/{alice.email}/todos?search={SECRET}&limit=1").json()["todos"][0]["todoID"]
    alice.api.get(f"/api/{SECRET}/todos?cursor={SECRET}")
    alice.api.get(f"/api/me/todos?cursor={SECRET}")
    alice.api.get(f"/{SECRET}")
    alice.api.get("/api/me/todos", headers={"host": f"{SECRET}.example"})
    anonymous.get("/api/me/todos", headers={"authorization": SECRET})
    alice.attach(todo, f"{SECRET}.txt", SECRET.encode(), **{"Idempotency-Key": SECRET})
    alice.api.post(f"/api/{todo}/files", {"fileName": f"{SECRET}/", "size": 1})
    alice.api.post(f"/api/{todo}/files", SECRET, content_type="multipart/form-data; boundary=x")
    monkeypatch.setattr("todos.repository.create", None)
    alice.api.post("/api/me/todos", {"title": SECRET})
    text = repr(log())
    assert "crashed" in text
    for secret in (SECRET, alice.email, alice.subject, todo, alice.tokens.access, alice.tokens.id, "hello"):
        assert secret not in text
