"""JSON bodies are read strictly."""

from typing import Any

import pytest

PATH = "/api/me/todos"


def post(person: Any, body: bytes | str, content_type: str = "application/json") -> Any:
    return person.api.post(PATH, body, content_type=content_type)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_it_works(content_type: str, alice: Any) -> None:
    answer = post(alice, ' {"title": "Grüße \\ud83d\\ude00"} '.encode(), content_type)
    assert (answer.status_code, answer.json()["title"]) == (201, "Grüße 😀")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"title": "a", "title": "b"}', "The body names a member twice."),
        (b'{"title": {"a": 1, "a": 2}}', "The body names a member twice."),
        (b'{"title": NaN}', "NaN is not JSON."),
        (b'{"title": [Infinity]}', "Infinity is not JSON."),
        (b'{"title": -Infinity}', "-Infinity is not JSON."),
        (b'{"title": 1e400}', "The body holds a number that is too large."),
        (b'{"title": -1.5e999}', "The body holds a number that is too large."),
        (b'{"title": ' + b"9" * 5000 + b"}", "The body holds a number that is too large."),
        (b'{"title": "\xff"}', "The body is not valid UTF-8."),
        (b'{"title": "\xed\xa0\x80"}', "The body is not valid UTF-8."),
        ('{"title": "a"}'.encode("utf-16"), "The body is not valid UTF-8."),
        (b'{"\\ud800": 1}', "The body has a member whose name is not Unicode: half of a surrogate pair."),
        (b"[" * 100_000 + b"]" * 100_000, "The body is nested too deeply."),
        (b'{"a":' * 50_000, "The body is nested too deeply."),
        (b"{'title': 'a'}", None),
        (b'{"title": "a"', None),
        (b'{"title": "a"} {}', None),
        (b'{"title": "a",}', None),
        (b'{"title": "line\nbreak"}', None),
        (b'\xef\xbb\xbf{"title": "a"}', None),
        (b" ", None),
    ],
)
def test_a_body_that_two_readers_could_understand_differently_is_refused(
    body: bytes, detail: str | None, alice: Any, problem: Any
) -> None:
    refused = problem(post(alice, body), 400, "parse-error")
    assert "errors" not in refused
    assert refused["detail"] == detail or (detail is None and refused["detail"].startswith("The body is not valid JSON: "))
    assert alice.api.get(PATH).json()["todos"] == []


@pytest.mark.parametrize("body", [b"[]", b'"title"', b"5", b"true"])
def test_a_body_that_is_no_object_is_refused(body: bytes, alice: Any, problem: Any) -> None:
    [error] = problem(post(alice, body), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == (None, "invalid")


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_a_body_that_says_nothing_lacks_what_is_required(body: bytes, alice: Any, problem: Any) -> None:
    refused = problem(post(alice, body), 400, "invalid-input")
    assert [error["code"] for error in refused["errors"]] in (["required"], ["null"])


def test_768_kilobytes_are_read(alice: Any) -> None:
    body = b'{"title": "a"}'
    assert post(alice, body + b" " * (768 * 1024 - len(body))).status_code == 201


def test_a_byte_more_is_refused(alice: Any, problem: Any) -> None:
    body = b'{"title": "a"}'
    answer = post(alice, body + b" " * (768 * 1024 + 1 - len(body)))
    assert problem(answer, 413, "too-large")["detail"] == "A JSON body may have 768 KB at most."


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "*/*",
        "application/*",
        "*/json",
        "application/jsonp",
        "application/problem+json",
        "json",
        ";",
    ],
)
def test_other_media_types_are_refused(content_type: str, alice: Any, problem: Any) -> None:
    problem(post(alice, b'{"title": "a"}', content_type), 415, "unsupported-media-type")
