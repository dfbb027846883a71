"""Which tokens are taken, and what is said of the others."""

import time
from typing import Any

import pytest

from tests.api.tokens import SUBJECT, encoded, signed_with_the_public_key, token, unsigned, with_header
from tests.conftest import client_with

MALFORMED = "The token is malformed or its signature is wrong"
NOT_AS_REQUIRED = "The token is not signed as this service requires"
OTHER_USE = "The token was issued for another use or application"


def call(bearer: str) -> Any:
    return client_with(f"Bearer {bearer}").get("/api/me/todos")


@pytest.mark.parametrize("use", ["access", "id"])
def test_it_works(use: str, endpoint: Any, alice: Any) -> None:
    assert call(token(use)).json() == {"todos": [], "next": None}
    assert call(getattr(alice.tokens, use)).status_code == 401, "the real pool's key is not in this key set"


@pytest.mark.parametrize("use", ["access", "id"])
def test_the_pools_own_tokens_are_taken(use: str, alice: Any) -> None:
    assert call(getattr(alice.tokens, use)).status_code == 200


def test_the_refresh_token_is_none(alice: Any) -> None:
    assert call(alice.tokens.refresh).status_code == 401


@pytest.mark.parametrize("changes", [{"iat": int(time.time()) + 300}, {"nbf": int(time.time()) - 5}, {"scope": "any"}])
def test_what_does_not_matter_does_not_refuse(changes: dict[str, Any], endpoint: Any) -> None:
    assert call(token(**changes)).status_code == 200


@pytest.mark.parametrize(
    ("use", "changes", "reason"),
    [
        ("access", {"exp": int(time.time()) - 1}, "The token has expired"),
        ("id", {"exp": int(time.time()) - 1}, "The token has expired"),
        ("access", {"nbf": int(time.time()) + 3600}, "The token is not valid yet"),
        ("access", {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/other"}, "The token was issued elsewhere"),
        ("access", {"client_id": "other"}, OTHER_USE),
        ("access", {"client_id": None}, OTHER_USE),
        ("access", {"token_use": "id"}, OTHER_USE),
        ("access", {"token_use": "refresh"}, OTHER_USE),
        ("access", {"token_use": ["access"]}, OTHER_USE),
        ("id", {"aud": "other"}, OTHER_USE),
        ("id", {"aud": ["other", "and more"]}, OTHER_USE),
        ("id", {"token_use": "access"}, OTHER_USE),
        ("access", {"exp": None}, MALFORMED),
        ("access", {"exp": "soon"}, MALFORMED),
        ("access", {"iss": None}, MALFORMED),
        ("access", {"sub": None}, MALFORMED),
        ("access", {"token_use": None}, MALFORMED),
    ],
)
def test_a_token_that_says_the_wrong_thing_is_refused(use: str, changes: Any, reason: str, endpoint: Any, problem: Any) -> None:
    answer = call(token(use, **changes))
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="todo", error="invalid_token", error_description="{reason}"'


def _with_another_body() -> str:
    header, _, signature = token().split(".")
    return f"{header}.{encoded({'sub': 'somebody else'})}.{signature}"


FORGERIES = {
    "without a signature": (unsigned, NOT_AS_REQUIRED),
    "an HMAC with the public key": (signed_with_the_public_key, NOT_AS_REQUIRED),
    "another algorithm": (lambda: token(algorithm="RS512"), NOT_AS_REQUIRED),
    "no key id": (lambda: with_header({"alg": "RS256"}), NOT_AS_REQUIRED),
    "a key id that is no text": (lambda: with_header({"alg": "RS256", "kid": 7}), MALFORMED),
    "an unknown key id": (lambda: token(kid="unknown"), MALFORMED),
    "another key under a known id": (lambda: with_header({"alg": "RS256", "kid": "known"})[:-6] + "AAAAAA", MALFORMED),
    "another body": (_with_another_body, MALFORMED),
    "an extension it must understand": (lambda: with_header({"alg": "RS256", "kid": "known", "crit": ["x"], "x": 1}), MALFORMED),
    "a header that is a list": (lambda: with_header(["RS256"]), MALFORMED),
    "a body that is a list": (lambda: with_header({"alg": "RS256", "kid": "known"}, ["sub"]), MALFORMED),
    "a body that is a number": (lambda: with_header({"alg": "RS256", "kid": "known"}, 5), MALFORMED),
    "two parts": (lambda: token().rsplit(".", 1)[0], MALFORMED),
    "four parts": (lambda: token() + ".e30", MALFORMED),
    "empty parts": (lambda: "..", MALFORMED),
    "one word": (lambda: "token", MALFORMED),
    "not ASCII": (lambda: "tök.en.x", MALFORMED),
    "no JSON": (lambda: "e30x.e30x.e30x", MALFORMED),
    "a bomb of brackets": (lambda: f"{encoded([[]])[:-2]}.{'[' * 5000}.x", MALFORMED),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forgery_is_refused(kind: str, endpoint: Any, problem: Any) -> None:
    forge, reason = FORGERIES[kind]
    answer = call(forge())
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="todo", error="invalid_token", error_description="{reason}"'


def test_the_body_is_the_same_whatever_is_wrong(endpoint: Any, anonymous: Any) -> None:
    answers = [call(make()) for make, _ in FORGERIES.values()] + [call(token(exp=1)), anonymous.get("/api/me/todos")]
    bodies = [{**answer.json(), "requestID": None} for answer in answers]
    assert bodies == [
        {
            "type": "urn:problem:todo:not-authenticated",
            "title": "Unauthorized",
            "status": 401,
            "detail": "Log in: this needs a valid access token or ID token in the Authorization header.",
            "requestID": None,
        }
    ] * len(answers)


@pytest.mark.parametrize("changes", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "false"}])
def test_an_email_that_is_not_verified_is_no_name(changes: dict[str, Any], endpoint: Any, problem: Any) -> None:
    client = client_with(f"Bearer {token('id', **changes)}")
    problem(client.get("/api/robin@example.com/todos"), 404, "not-found")


@pytest.mark.parametrize("name", ["me", SUBJECT, "robin", "robin@example.com", "ROBIN@EXAMPLE.COM"])
def test_the_callers_names(name: str, endpoint: Any) -> None:
    assert client_with(token("id")).get(f"/api/{name}/todos").status_code == 200


@pytest.mark.parametrize("name", ["ME", "Robin", "other", "robin@example.org", SUBJECT.upper()])
def test_what_is_no_name_of_the_caller(name: str, endpoint: Any, problem: Any) -> None:
    problem(client_with(token("id")).get(f"/api/{name}/todos"), 404, "not-found")


def test_without_a_username_the_subject_is_one(endpoint: Any) -> None:
    assert client_with(token(username=None)).get(f"/api/{SUBJECT}/todos").status_code == 200
