"""`Authorization`: Bearer and a token, or the bare token; nothing else."""

from typing import Any

import pytest

from tests.conftest import client_with


def call(header: str | None) -> Any:
    return client_with(header).get("/api/me/todos")


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER {}", "{}", "Bearer   {}", "  Bearer {}  "])
def test_it_works(form: str, alice: Any) -> None:
    assert call(form.format(alice.tokens.access)).status_code == 200


@pytest.mark.parametrize("form", ["Basic {}", "Token {}", "Bearer {} {}", "Bearer {} x", "{} {}", "Bearer, {}", "Bearer x {}"])
def test_another_form_is_refused(form: str, alice: Any, problem: Any) -> None:
    answer = call(form.replace("{}", alice.tokens.access))
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="todo", error="invalid_token", error_description="The Authorization header is not a Bearer token"'
    )


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer=x", "null", "undefined"])
def test_a_header_without_a_token_is_refused(header: str, problem: Any) -> None:
    answer = call(header)
    problem(answer, 401, "not-authenticated")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", [None, "", "   "])
def test_without_one_no_error_is_named(header: str | None, problem: Any) -> None:
    answer = call(header)
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="todo"'


@pytest.mark.parametrize("method", ["options", "put", "head"])
def test_every_method_asks_for_it(method: str, anonymous: Any) -> None:
    assert getattr(anonymous, method)("/api/me/todos").status_code == 401


def test_a_token_in_the_address_is_no_token(alice: Any, anonymous: Any) -> None:
    assert anonymous.get(f"/api/me/todos?access_token={alice.tokens.access}").status_code == 401
