"""What is refused, each with the limit named; what is accepted right up to it."""

from typing import Any

import pytest

REFUSED = [
    ({}, "title", "required"),
    ({"title": ""}, "title", "blank"),
    ({"title": " \n "}, "title", "blank"),
    ({"title": None}, "title", "null"),
    ({"title": ["x"]}, "title", "invalid"),
    ({"title": 5}, "title", "invalid"),
    ({"title": 1.5}, "title", "invalid"),
    ({"title": True}, "title", "invalid"),
    ({"title": "\u200b"}, "title", "blank"),
    ({"title": " \u200b\u2060\ufeff\u00ad\u3164\u2800\ufe0f\U000e0020 "}, "title", "blank"),
    ({"title": "\x1cabc"}, "title", "control"),
    ({"title": "abc\x85"}, "title", "control"),
    ({"title": "\x1f"}, "title", "control"),
    ({"title": "x" * 201}, "title", "max_length"),
    ({"title": "x", "description": "x" * 10_001}, "description", "max_length"),
    ({"title": "x", "notes": "x" * 50_001}, "notes", "max_length"),
    ({"title": "a\x00b"}, "title", "control"),
    ({"title": "a\x07b"}, "title", "control"),
    ({"title": "x", "notes": "a\x1bb"}, "notes", "control"),
    ({"title": "x", "notes": 5}, "notes", "invalid"),
    ({"title": "x", "notes": None}, "notes", "null"),
    ({"title": "x", "description": "a\x85b"}, "description", "control"),
    ({"title": "x", "dateDue": "24.12.2026"}, "dateDue", "invalid"),
    ({"title": "x", "dateDue": "2026-02-30"}, "dateDue", "invalid"),
    ({"title": "x", "dateDue": "20261224"}, "dateDue", "invalid"),
    ({"title": "x", "dateDue": "2026-12-24T00:00:00Z"}, "dateDue", "invalid"),
    ({"title": "x", "dateDue": ""}, "dateDue", "invalid"),
    ({"title": "x", "dateDue": 20261224}, "dateDue", "invalid"),
    ({"title": "x", "completed": "maybe"}, "completed", "invalid"),
    ({"title": "x", "completed": "yes"}, "completed", "invalid"),
    ({"title": "x", "completed": "true"}, "completed", "invalid"),
    ({"title": "x", "completed": 1}, "completed", "invalid"),
    ({"title": "x", "completed": 0}, "completed", "invalid"),
    ({"title": "x", "completed": ""}, "completed", "invalid"),
    ({"title": "x", "completed": []}, "completed", "invalid"),
    ({"title": "x", "completed": None}, "completed", "null"),
    ({"title": "x", "starred": "true"}, "starred", "invalid"),
    ({"title": "x", "starred": None}, "starred", "null"),
    ({"title": "x", "repeats": "hourly"}, "repeats", "invalid_choice"),
    ({"title": "x", "repeats": ""}, "repeats", "invalid_choice"),
    ({"title": "x", "repeats": True}, "repeats", "invalid_choice"),
    ({"title": "x", "repeats": ["daily"]}, "repeats", "invalid_choice"),
    ({"title": "x", "nextID": None}, "nextID", "unknown_field"),
    ({"title": "x", "todoID": "mine"}, "todoID", "unknown_field"),
    ({"title": "x", "version": 7}, "version", "unknown_field"),
    ({"titel": "x", "title": "x"}, "titel", "unknown_field"),
]


@pytest.mark.parametrize(("body", "field", "code"), REFUSED)
def test_creating_refuses(body: dict[str, Any], field: str, code: str, alice: Any, problem: Any) -> None:
    refused = problem(alice.api.post("/api/me/todos", body), 400, "invalid-input")
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert alice.api.get("/api/me/todos").json()["todos"] == []


@pytest.mark.parametrize(("body", "field", "code"), [case for case in REFUSED if case[0]])
def test_changing_refuses_the_same(body: dict[str, Any], field: str, code: str, alice: Any, problem: Any) -> None:
    todo = alice.add()
    refused = problem(alice.api.patch(f"/api/me/todos/{todo['todoID']}", body), 400, "invalid-input")
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert alice.api.get("/api/me/todos").json()["todos"] == [todo]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 200},
        {"title": "𝄞" * 200, "description": "𝄞" * 10_000},
        {"title": "x", "description": "x" * 10_000},
        {"title": "x", "notes": "x" * 50_000},
        {"title": "x", "notes": "  two\tcolumns\nand a line  "},
        {"title": "<script>alert(1)</script>"},
        {"title": "\u200fעברית and é and 👩‍👩‍👧"},
        {"title": "\u0301"},
        {"title": "x", "notes": "\u200b", "description": "\u200b"},
        {"title": "x", "dateDue": "0001-01-01"},
        {"title": "x", "dateDue": "9999-12-31"},
        {"title": "x", "starred": True, "repeats": "weekdays"},
    ],
)
def test_it_keeps_to_the_letter(fields: dict[str, Any], alice: Any) -> None:
    todo = alice.add(**fields)
    assert {name: todo[name] for name in fields} == fields
    assert alice.api.get("/api/me/todos").json()["todos"] == [todo]


def test_windows_line_ends_become_newlines(alice: Any) -> None:
    assert alice.add("x", notes="a\r\nb")["notes"] == "a\nb"


def test_a_refusal_names_the_limit(alice: Any, problem: Any) -> None:
    body = problem(alice.api.post("/api/me/todos", {"title": "x" * 201, "nots": ""}), 400, "invalid-input")
    assert body["errors"] == [
        {
            "field": "nots",
            "code": "unknown_field",
            "detail": "Unknown field. Known fields: completed, dateDue, description, notes, repeats, starred, title.",
        }
    ]
    body = problem(alice.api.post("/api/me/todos", {"title": "x" * 201}), 400, "invalid-input")
    assert body["errors"][0]["detail"] == "At most 200 characters are allowed."


@pytest.mark.parametrize("body", ["[]", '"title"', "1", "null"])
def test_a_body_that_is_no_object_is_refused(body: str, alice: Any, problem: Any) -> None:
    problem(alice.api.post("/api/me/todos", body, content_type="application/json"), 400, "invalid-input")


def test_another_media_type_is_refused(alice: Any, problem: Any) -> None:
    problem(alice.api.post("/api/me/todos", "<title/>", content_type="application/xml"), 415, "unsupported-media-type")


@pytest.mark.parametrize("character", ["a", "é", "𝄞", '"'])
def test_texts_at_their_limits_fit_however_they_are_escaped(character: str, alice: Any) -> None:
    fields = {"title": character * 200, "description": character * 10_000, "notes": character * 50_000}
    escaped = {name: "".join(f"\\u{unit:04x}" for unit in units(text)) for name, text in fields.items()}
    body = "{" + ", ".join(f'"{name}": "{text}"' for name, text in escaped.items()) + "}"
    answer = alice.api.post("/api/me/todos", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert {name: answer.json()[name] for name in fields} == fields


def units(text: str) -> list[int]:
    """A text's UTF-16 code units."""
    encoded = text.encode("utf-16-be")
    return [int.from_bytes(encoded[at : at + 2]) for at in range(0, len(encoded), 2)]


def test_a_body_over_768_kb_is_refused(alice: Any, problem: Any) -> None:
    body = problem(alice.api.post("/api/me/todos", {"title": "x", "notes": "x" * 790_000}), 413, "too-large")
    assert body["detail"] == "A JSON body may have 768 KB at most."
