"""Requests made to confuse: each gets a refusal, none a crash, and none an effect."""

import json
from typing import Any

import pytest

from tests.security.promises import TRICKS

TODOS = "/api/me/todos"


def post(alice: Any, body: bytes, content_type: str = "application/json", **headers: str) -> Any:
    """A body as it stands."""
    return alice.api.generic("POST", TODOS, body, content_type=content_type, headers=headers)


BODIES = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"title":' * 20_000 + b"1" + b"}" * 20_000,
    "deep inside a field": b'{"title": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "huge": b'{"title": "' + b"x" * 300_000 + b'"}',
    "overlong field": json.dumps({"title": "x", "notes": "n" * 50_001}).encode(),
    "huge number": b'{"title": ' + b"9" * 5000 + b"}",
    "huge exponent": b'{"title": 1e999999}',
    "duplicate key": b'{"title": "a", "title": "b"}',
    "duplicate key, escaped": b'{"title": "a", "\\u0074itle": "b"}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"title": -Infinity}',
    "lone surrogate": b'{"title": "\\ud800"}',
    "low surrogate first": b'{"title": "\\udc00\\ud800"}',
    "surrogate in a name": b'{"\\ud800": 1}',
    "bytes that are no UTF-8": b'{"title": "\xff\xfe"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "a mark at the start": b'\xef\xbb\xbf{"title": "x"}',
    "a null character": b'{"title": "a\\u0000b"}',
    "an escape": b'{"title": "a\\u001b[2Jb"}',
    "a list": b'[{"title": "x"}]',
    "a string": b'"title"',
    "null": b"null",
    "a number": b"1",
    "nothing": b"",
    "blanks": b"   ",
    "two documents": b'{"title": "a"}{"title": "b"}',
    "single quotes": b"{'title': 'x'}",
    "a comment": b'{"title": "x" /* y */}',
    "a trailing comma": b'{"title": "x",}',
    "prototype": b'{"title": "x", "__proto__": {"admin": true}}',
    "unknown field": b'{"title": "x", "owner": "y"}',
    "title an object": b'{"title": {"$ne": null}}',
    "title a list": b'{"title": ["x"]}',
    "title a truth": b'{"title": true}',
    "completed a word": b'{"title": "x", "completed": "maybe"}',
    "completed a list": b'{"title": "x", "completed": []}',
    "completed an object": b'{"title": "x", "completed": {}}',
    "date a number": b'{"title": "x", "dateDue": 20260101}',
    "date with time": b'{"title": "x", "dateDue": "2026-01-01T00:00:00Z"}',
}


@pytest.mark.promise(
    "JSON that is deep, huge, ambiguous or no JSON is refused with 400 or 413, and has no effect",
    f"{len(BODIES)} bodies: deep, huge, duplicate keys, NaN, surrogates, overlong, other encodings, wrong kinds; media types",
)
@pytest.mark.parametrize("name", BODIES)
def test_bodies(name: str, alice: Any) -> None:
    answer = post(alice, BODIES[name])
    assert answer.status_code in (400, 413), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 10_000
    assert alice.api.get(TODOS).json()["todos"] == []


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json, text/html",
        "application/x-json",
        "",
        "\x00",
        "application/json/../xml",
    ],
)
def test_media_types(content_type: str, alice: Any) -> None:
    assert post(alice, b'{"title": "x"}', content_type).status_code in (400, 415)
    assert alice.api.get(TODOS).json()["todos"] == []


@TRICKS
@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Method-Override": "DELETE"},
        {"X-HTTP-Method": "DELETE"},
        {"X-Original-URL": "/api/me/todos"},
        {"X-Rewrite-URL": "/api/me/todos"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-User-ID": "admin"},
        {"X-Amzn-Oidc-Identity": "somebody-else"},
        {"X-Amzn-Trace-Id": "Root=1-00000000-" + "z" * 24 + "\tEvil: 1"},
        {"Accept": "text/html"},
        {"Accept": "*/*;q=" + "9" * 400},
        {"Accept-Language": "x" * 4000},
        {"If-Match": '"1", "2"'},
        {"Range": "bytes=0-1"},
        {"Cookie": "a=" + "b" * 4000},
    ],
)
def test_headers_change_nothing(headers: dict[str, str], alice: Any) -> None:
    todo = alice.add()
    answer = alice.api.get(f"{TODOS}/{todo['todoID']}", headers=headers)
    assert answer.status_code in (200, 406)
    if answer.status_code == 200:
        assert answer.json() == todo
    assert b"evil" not in answer.content
    assert "evil" not in str(answer.headers).casefold().replace("x-request-id", "")
    assert alice.api.get(f"{TODOS}/{todo['todoID']}").json() == todo


@TRICKS
def test_a_form_cannot_override_the_method(alice: Any) -> None:
    todo = alice.add()
    answer = alice.api.generic(
        "POST", f"{TODOS}/{todo['todoID']}", b"_method=DELETE", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 405
    assert alice.api.get(f"{TODOS}/{todo['todoID']}").json() == todo


@TRICKS
@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a@evil.example", "evil.example:80:80", "[::1", ""])
def test_foreign_hosts_are_refused(host: str, alice: Any, problem: Any) -> None:
    problem(alice.api.get(TODOS, headers={"Host": host}), 400, "bad-request")


@TRICKS
@pytest.mark.parametrize(
    "path",
    [
        "/api//me/todos",
        "/api/me/todos/",
        "/api/./me/todos",
        "/api/x/../me/todos",
        "/api/me/todos%00",
        "/api/me/todos;x=1",
        "/API/me/todos",
        "/api/me/Todos",
        "/api/me\\todos",
        "/api/me/todos/%2e%2e",
        "/api/me/todos/../../healthz",
        "/api/me/todos/AAAAAAAA-1111-4111-8111-111111111111",
        "/api/me/todos/00000000000000000000000000000000",
        "/api/me/todos/{00000000-0000-0000-0000-000000000000}",
        "/healthz/",
        "//healthz",
        "/healthz/../api/me/todos",
        "/api/" + "x" * 3000 + "/todos",
        "/api/me%0d%0aX-Evil:%201/todos",
        "/api/%ff%fe/todos",
    ],
)
def test_only_the_one_spelling_of_a_path_is_a_route(path: str, alice: Any, problem: Any) -> None:
    problem(alice.api.get(path), 404, "not-found")


@TRICKS
def test_an_encoded_slash_is_the_same_route_with_the_same_lock(alice: Any, anonymous: Any) -> None:
    assert alice.api.get("/api/me%2ftodos").json() == {"todos": [], "next": None}
    assert anonymous.get("/api/me%2ftodos").status_code == 401


@TRICKS
@pytest.mark.parametrize(
    "query",
    [
        "limit=-1", "limit=1e9", "limit=１", "limit=1&limit=2", "cursor=x", "cursor=" + "x" * 600, "completed=perhaps",
        "search=" + "x" * 101, "search=%00",
        "trashed=true&completed=true", "unknown=1", "limit[]=1", "limit=", "search=%ff%fe%00",
    ],
)  # fmt: skip
def test_queries(query: str, alice: Any) -> None:
    answer = alice.api.get(f"{TODOS}?{query}")
    assert answer.status_code in (400, 200) if query in {"limit=１", "limit="} else answer.status_code == 400, answer.content


@TRICKS
@pytest.mark.parametrize(
    "search", ["(", "[", "*", "\\", "%", "' OR 1=1 --", "{{7*7}}", "${7*7}", "<script>", "#word", ":word", "é\u0301"]
)
def test_a_search_word_is_only_a_word(search: str, alice: Any) -> None:
    alice.add("plain")
    hit = alice.add(f"before {search} after")
    answer = alice.api.get(TODOS, {"search": search})
    assert [todo["todoID"] for todo in answer.json()["todos"]] == [hit["todoID"]]


@TRICKS
@pytest.mark.parametrize("key", ["\u202e", "a b", "a\nb", "é", "x" * 256, ""])
def test_idempotency_keys(key: str, alice: Any) -> None:
    assert alice.api.post(TODOS, {"title": "x"}, headers={"Idempotency-Key": key}).status_code == 400
