"""A charset in a header changes nothing: URLs, forms and JSON are UTF-8."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler

# Codecs of Python that are none of text, or none that it has; and charsets that are.
CHARSETS = [
    "zlib",
    "hex",
    "base64",
    "rot13",
    "bz2",
    "punycode",
    "idna",
    "undefined",
    "nonsense",
    "",
    "utf-16",
    "latin-1",
    '"zlib"',
]


@pytest.mark.parametrize("charset", CHARSETS)
def test_it_works(charset: str, alice: Any, log: Any) -> None:
    alice.add("Grüße")
    headers = {"content-type": f"text/plain; Charset={charset}"}
    answer = alice.api.get("/api/me/todos?search=gr%C3%BC%C3%9Fe", headers=headers)
    assert [todo["title"] for todo in answer.json()["todos"]] == ["Grüße"]
    assert [line["status"] for line in log()] == [201, 200]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", ["/api/me/todos?x=%ff", "/?x=1", "/healthz?x=1", "/api/schema/?x=1"])
def test_without_a_token_it_is_a_request_like_any_other(charset: str, path: str, anonymous: Any, log: Any) -> None:
    plain = anonymous.get(path)
    answer = anonymous.get(path, headers={"content-type": f"text/plain; charset={charset}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (plain.status_code, plain.headers["Content-Type"])
    assert [line["requestID"] for line in log()] == [plain.headers["X-Request-ID"], answer.headers["X-Request-ID"]]


@pytest.mark.parametrize("charset", CHARSETS)
def test_it_holds_for_the_application_that_the_server_calls(charset: str, log: Any) -> None:
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/me/todos",
        "QUERY_STRING": "x=%ff",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": f"text/plain; charset={charset}",
        "wsgi.input": io.BytesIO(),
    }
    WSGIHandler()(environ, lambda *arguments: started.append(arguments)).close()
    [(status, headers)] = started
    assert status == "401 Unauthorized"
    assert dict(headers)["X-Request-ID"] == log()[0]["requestID"]


@pytest.mark.parametrize("charset", CHARSETS)
def test_json_is_utf_8(charset: str, alice: Any) -> None:
    body = '{"title": "Grüße"}'.encode()
    answer = alice.api.post("/api/me/todos", body, content_type=f"application/json; charset={charset}")
    assert (answer.status_code, answer.json()["title"]) == (201, "Grüße")


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_is_utf_8(charset: str, alice: Any) -> None:
    path = f"/api/{alice.add()['todoID']}/files"
    encoded = alice.api._encode_data({"file": SimpleUploadedFile("Grüße.txt", b"hello")}, format="multipart")
    answer = alice.api.post(path, encoded[0], content_type=f"{encoded[1]}; charset={charset}")
    assert (answer.status_code, answer.json()["fileName"]) == (201, "Grüße.txt")


@pytest.mark.parametrize("name", ["content-type", "accept"])
@pytest.mark.parametrize("value", ["zlib''x", "idna'en'%ff", "nonsense''x", "utf-8''x", "x"])
def test_an_encoded_parameter_is_not_read(name: str, value: str, alice: Any) -> None:
    """RFC 2231: Django reads these as well."""
    answer = alice.api.get("/api/me/todos?limit=1", headers={name: f"application/json; title*={value}; x*0*={value}"})
    assert answer.status_code == 200
