"""Which file names and content types are taken."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "Übersicht – März.pdf",
        "请求.txt",
        "👩‍👩‍👧.png",
        "  spaces kept  ",
        ".hidden",
        "...",
        "100% & more; \"quoted\" 'too' #1?.txt",
        "CON",
        "a+b=c&d.txt",
        "\ufffd\U0001fffe.txt",
        "x" * 255,
        "é" * 127,
    ],
)
def test_it_works(name: str, attach_directly: Any) -> None:
    body = attach_directly(name)
    assert body["fileName"] == name
    assert httpx.get(body["filePath"]).content == b"hello"
    # The embedded S3 leaves this out for a named version; AWS sends it as Content-Disposition.
    disposition = httpx.URL(body["filePath"]).params["response-content-disposition"]
    kind, encoded = disposition.split("''")
    assert (kind, unquote(encoded)) == ("attachment; filename*=UTF-8", name)
    assert encoded.isascii()
    assert not set(encoded) & set("\r\n \"'();/")


@pytest.mark.parametrize("name", ["Übersicht – März.pdf", "100% & more.txt", "...", "  spaces kept  ", "x" * 255])
def test_the_same_names_go_through_the_service(name: str, alice: Any, todo: str) -> None:
    body = alice.attach(todo, name)
    assert body["fileName"] == name
    assert httpx.get(body["filePath"]).content == b"hello"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "blank"),
        (None, "null"),
        (["a"], "invalid"),
        (True, "invalid"),
        (5, "invalid"),
        ("a/b", "path"),
        ("/etc/passwd", "path"),
        ("..\\..\\boot.ini", "path"),
        (".", "path"),
        ("..", "path"),
        ("a\nb", "control"),
        ("a\r\nSet-Cookie: x", "control"),
        ("a\x00b", "control"),
        ("a\x7fb", "control"),
        ("a\x85b", "control"),
        ("a\u202etxt.exe", "control"),
        ("a\u2028b", "control"),
        ("\ufeffa", "control"),
        ("a\ud800", "control"),
        ("a\ufffe.txt", "control"),
        ("\uffff", "control"),
        ("x" * 256, "length"),
        ("é" * 128, "length"),
        ("${filename}", "template"),
        ("invoice ${filename}.pdf", "template"),
    ],
)
def test_a_name_is_refused(name: Any, code: str, alice: Any, todo: str, problem: Any) -> None:
    body = json.dumps({"fileName": name, "size": 1})  # ASCII, so that a lone surrogate can be sent
    answer = alice.api.post(f"/api/{todo}/files", body, content_type="application/json")
    [error] = problem(answer, 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == ("fileName", code)


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/plain; charset=utf-8",
        'multipart/mixed; boundary="a b"',
        "image/svg+xml",
    ],
)
def test_a_content_type_is_kept(content_type: str, attach_directly: Any) -> None:
    body = attach_directly(content_type=content_type)
    assert body["contentType"] == content_type
    assert httpx.get(body["filePath"]).headers["Content-Type"] == content_type


@pytest.mark.parametrize("fields", [{}, {"contentType": ""}])
def test_without_a_content_type_it_is_binary(fields: dict[str, str], alice: Any, todo: str) -> None:
    answer = alice.api.post(f"/api/{todo}/files", {"fileName": "a", "size": 1, **fields})
    assert answer.json()["contentType"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("png", "invalid"),
        ("image/", "invalid"),
        ("image/png\r\nX-Evil: 1", "invalid"),
        ("image/png, text/html", "invalid"),
        ("image /png", "invalid"),
        ("bild/größe", "invalid"),
        ("${filename}/x", "invalid"),
        ("a/" + "b" * 254, "max_length"),
        (None, "null"),
        (5, "invalid"),
    ],
)
def test_a_content_type_is_refused(content_type: Any, code: str, alice: Any, todo: str, problem: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files", {"fileName": "a", "size": 1, "contentType": content_type})
    [error] = problem(answer, 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == ("contentType", code)
