"""`/healthz` and `/readyz`, for the load balancer and for people."""

from typing import Any

import pytest
from django.conf import settings

from files import storage
from todo_project.aws import dynamodb


@pytest.fixture
def break_(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is not where it should be."""
    monkeypatch.setattr(settings, request.param, "not-there")


@pytest.mark.parametrize(("path", "status"), [("/healthz", "alive"), ("/readyz", "ready")])
@pytest.mark.parametrize("host", ["localhost", "10.0.3.7:8080", "evil.example"])
def test_it_works(path: str, status: str, host: str, anonymous: Any) -> None:
    answer = anonymous.get(path, headers={"host": host})
    assert (answer.status_code, answer.json()) == (200, {"status": status})
    assert answer.headers["Content-Type"] == "application/json"


def test_being_alive_asks_nothing_of_anyone(anonymous: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "client", None)
    monkeypatch.setattr(storage, "client", None)
    assert anonymous.get("/healthz").status_code == 200


@pytest.mark.parametrize("break_", ["TODOS_TABLE", "FILES_TABLE", "ATTACHMENTS_BUCKET"], indirect=True)
def test_a_store_that_is_missing_is_not_ready(break_: None, anonymous: Any, problem: Any, log: Any) -> None:
    answer = anonymous.get("/readyz")
    body = problem(answer, 503, "not-ready")
    assert body["detail"] == "This process cannot reach what it needs yet."
    assert answer.headers["Retry-After"] == "1"
    assert "not-there" not in str(body)
    warning, line = log()
    assert (warning["level"], warning["message"]) == ("WARNING", "not ready")
    assert "NotFound" in warning["exc_info"] or "404" in warning["exc_info"]
    assert line["status"] == 503
    assert anonymous.get("/healthz").status_code == 200


def test_a_token_is_not_looked_at(anonymous: Any) -> None:
    assert anonymous.get("/readyz", headers={"authorization": "nonsense"}).status_code == 200
