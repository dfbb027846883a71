"""Small files as multipart/form-data, through the service."""

import gc
import warnings
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

LIMIT = 10 * 1024**2
TOO_LARGE = (
    "A file sent through the service may have 10 MB at most. Reserve a direct upload with a JSON body instead: up to 100 MB."
)


def form(name: str = "note.txt", content: bytes = b"hello", content_type: str | None = "text/plain") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, content_type)}


def test_it_works(alice: Any, todo: str, count: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files", form(), format="multipart")
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/api/{todo}/files/{body['fileID']}"
    assert body == {
        "fileID": body["fileID"],
        "todoID": todo,
        "fileName": "note.txt",
        "contentType": "text/plain",
        "size": 5,
        "dateCreated": body["dateCreated"],
        "filePath": body["filePath"],
    }
    assert httpx.get(body["filePath"]).content == b"hello"
    [listed] = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert {**listed, "filePath": None} == {**body, "filePath": None}
    assert count() == 1


def test_an_empty_file_is_a_file(alice: Any, todo: str) -> None:
    body = alice.attach(todo, "empty.txt", b"")
    assert body["size"] == 0
    assert httpx.get(body["filePath"]).content == b""


def test_ten_megabytes_go_through(alice: Any, todo: str) -> None:
    content = bytes(range(256)) * (LIMIT // 256)
    body = alice.attach(todo, "large.bin", content)
    assert body["size"] == LIMIT
    assert httpx.get(body["filePath"]).content == content


@pytest.mark.parametrize("more", [1, 200_000])
def test_more_is_refused_with_the_way_for_large_files(more: int, alice: Any, todo: str, objects: Any, problem: Any) -> None:
    answer = alice.api.post(f"/api/{todo}/files", form(content=b"x" * (LIMIT + more)), format="multipart")
    assert problem(answer, 413, "too-large")["detail"] == TOO_LARGE
    assert objects() == set()


def raw(*parts: str) -> tuple[str, str]:
    """A multipart body of parts written by hand, and its content type."""
    body = "".join(f"--boundary\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--boundary--\r\n"
    return body, "multipart/form-data; boundary=boundary"


def send(person: Any, todo: str, name: str) -> Any:
    """A form whose file has a name to the letter, in quotes as browsers write them."""
    body, content_type = raw(f'name="file"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\nhello')
    return person.api.post(f"/api/{todo}/files", body.encode(), content_type=content_type)


@pytest.mark.parametrize(
    "name",
    [
        "a&amp;b.txt",
        "&#65;.txt",
        "a\u200bb.txt",
        "👩\u200d👩\u200d👧.png",
        "\u00adsoft.txt",
        "..txt",
        " two  spaces ",
        "a%22b%0D.txt",
        "x" * 255,
        "é." + "é" * 120,
        "." + "x" * 254,
        "a;b=c, d.txt",
    ],
)
def test_a_name_is_kept_to_the_letter(name: str, alice: Any, todo: str, names: Any) -> None:
    answer = send(alice, todo, name)
    assert (answer.status_code, answer.json().get("fileName")) == (201, name)
    assert httpx.get(answer.json()["filePath"]).content == b"hello"
    assert names() == [name]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "path"),
        ("/etc/passwd", "path"),
        ("C:\\\\boot.ini", "path"),
        (".", "path"),
        ("..", "path"),
        ("a\u202etxt.exe", "control"),
        ("\ufeffa.txt", "control"),
        ("a\x07.txt", "control"),
        ("a\x85.txt", "control"),
        ("a\ufffe.txt", "control"),
        ("a\uffff.txt", "control"),
        ("${filename}", "template"),
        ("x" * 256, "length"),
        ("x" * 300, "length"),
        ("é" * 128, "length"),
    ],
)
def test_a_name_is_refused_as_in_a_reservation(name: str, code: str, alice: Any, todo: str, objects: Any, problem: Any) -> None:
    [error] = problem(send(alice, todo, name), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == ("fileName", code)
    json_name = name.replace("\\\\", "\\")
    [same] = problem(alice.api.post(f"/api/{todo}/files", {"fileName": json_name, "size": 5}), 400, "invalid-input")["errors"]
    assert (same, objects()) == (error, set())


def test_a_name_that_is_not_utf_8_is_no_name(alice: Any, todo: str, problem: Any) -> None:
    body, content_type = raw('name="file"; filename="a?.txt"\r\n\r\nhello')
    answer = alice.api.post(f"/api/{todo}/files", body.encode().replace(b"?", b"\xff"), content_type=content_type)
    assert problem(answer, 400, "invalid-input")["errors"][0]["field"] == "file"


def test_a_part_without_a_type_is_binary(alice: Any, todo: str) -> None:
    body, content_type = raw('name="file"; filename="a.bin"\r\n\r\nhello')
    answer = alice.api.post(f"/api/{todo}/files", body, content_type=content_type)
    assert answer.json()["contentType"] == "application/octet-stream"


def test_a_type_that_is_none_is_refused(alice: Any, todo: str, problem: Any) -> None:
    body, content_type = raw('name="file"; filename="a.bin"\r\nContent-Type: nonsense\r\n\r\nhello')
    [error] = problem(alice.api.post(f"/api/{todo}/files", body, content_type=content_type), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == ("contentType", "invalid")


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        ((), "file", "required"),
        (('name="file"\r\n\r\ntext',), "file", "invalid"),
        (('name="file"; filename="a"\r\n\r\nhello', 'name="note"\r\n\r\nhello'), "note", "unknown_field"),
        (('name="file"; filename="a"\r\n\r\nhello', 'name="other"; filename="b"\r\n\r\nhello'), "other", "unknown_field"),
        (('name="file"; filename="a"\r\n\r\nhello', 'name="file"; filename="b"\r\n\r\nhello'), "file", "repeated"),
    ],
)
def test_the_form_holds_one_file_and_nothing_else(
    parts: tuple[str, ...], field: str, code: str, alice: Any, todo: str, problem: Any
) -> None:
    body, content_type = raw(*parts)
    [error] = problem(alice.api.post(f"/api/{todo}/files", body, content_type=content_type), 400, "invalid-input")["errors"]
    assert (error["field"], error["code"]) == (field, code)


@pytest.mark.parametrize(
    ("content_type", "status", "code"),
    [
        ("multipart/form-data", 400, "parse-error"),
        ("multipart/form-data; boundary=other", 400, "invalid-input"),
        ("multipart/mixed; boundary=boundary", 415, "unsupported-media-type"),
        ("multipart/*; boundary=boundary", 415, "unsupported-media-type"),
        ("*/*; boundary=boundary", 415, "unsupported-media-type"),
        ("application/x-www-form-urlencoded", 415, "unsupported-media-type"),
    ],
)
def test_what_is_no_form_is_refused(content_type: str, status: int, code: str, alice: Any, todo: str, problem: Any) -> None:
    body, _ = raw('name="file"; filename="a"\r\n\r\nhello')
    problem(alice.api.post(f"/api/{todo}/files", body, content_type=content_type), status, code)


@pytest.mark.parametrize("media_type", ["Multipart/Form-Data", "MULTIPART/FORM-DATA", " multipart/form-data "])
def test_a_media_type_in_any_case_is_a_form(media_type: str, alice: Any, todo: str) -> None:
    body, _ = raw('name="file"; filename="a"\r\n\r\nhello')
    answer = alice.api.post(f"/api/{todo}/files", body, content_type=f"{media_type}; Boundary=boundary")
    assert (answer.status_code, answer.json().get("fileName")) == (201, "a")


def test_a_form_of_too_many_fields_is_refused(alice: Any, todo: str, problem: Any) -> None:
    body, content_type = raw(*[f'name="f{number}"\r\n\r\nx' for number in range(1001)])
    problem(alice.api.post(f"/api/{todo}/files", body, content_type=content_type), 413, "too-large")


def test_a_form_with_a_text_that_is_too_long_is_refused(alice: Any, todo: str, problem: Any) -> None:
    body, content_type = raw(f'name="note"\r\n\r\n{"x" * 300_000}')
    problem(alice.api.post(f"/api/{todo}/files", body, content_type=content_type), 413, "too-large")


def test_a_todo_that_does_not_exist_takes_no_file(alice: Any, objects: Any, problem: Any) -> None:
    problem(alice.api.post(f"/api/{uuid4()}/files", form(), format="multipart"), 404, "not-found")
    assert objects() == set()


def test_a_todo_in_the_trash_takes_no_file(alice: Any, todo: str, objects: Any, problem: Any) -> None:
    alice.api.delete(f"/api/me/todos/{todo}")
    problem(alice.api.post(f"/api/{todo}/files", form(), format="multipart"), 404, "not-found")
    assert objects() == set()


def test_a_file_that_breaks_off_is_closed(alice: Any, todo: str) -> None:
    body, content_type = raw('name="file"; filename="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!x')
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert alice.api.post(f"/api/{todo}/files", body, content_type=content_type).status_code == 400
        gc.collect()
    assert [str(each.message) for each in warned] == []
