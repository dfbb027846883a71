"""`filePath`: a signed URL of the very object that was completed."""

from typing import Any

import httpx


def test_it_works(attach_directly: Any) -> None:
    answer = httpx.get(attach_directly(content=b"the content")["filePath"])
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"the content", "text/plain")


def test_it_lives_fifteen_minutes(attach_directly: Any) -> None:
    assert httpx.URL(attach_directly()["filePath"]).params["X-Amz-Expires"] == "900"


def test_an_object_replaced_later_does_not_replace_what_was_completed(alice: Any, todo: str, arrived: Any, send: Any) -> None:
    alice.api.post(f"/api/{todo}/files/{arrived['fileID']}/complete")
    assert send(arrived["upload"], b"EVIL!").status_code == 204
    [listed] = alice.api.get(f"/api/{todo}/files").json()["files"]
    assert httpx.get(listed["filePath"]).content == b"hello"


def test_a_page_is_never_shown_but_saved(attach_directly: Any) -> None:
    url = attach_directly("page.html", b"<script>", "text/html")["filePath"]
    assert httpx.URL(url).params["response-content-disposition"] == "attachment; filename*=UTF-8''page.html"


def test_the_key_in_the_bucket_starts_with_owner_and_todo(alice: Any, todo: str, attach_directly: Any, objects: Any) -> None:
    body = attach_directly()
    assert objects() == {f"{alice.subject}/{todo}/{body['fileID']}/note.txt"}
