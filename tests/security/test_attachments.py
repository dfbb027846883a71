"""Files with hostile names and types, and forms that somebody tries to widen."""

import base64
import json
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.security.promises import HOSTILE_NAMES

NAMES = {
    "a path": "../../etc/passwd",
    "an absolute path": "/etc/passwd",
    "a Windows path": "..\\..\\boot.ini",
    "a dot": ".",
    "two dots": "..",
    "a null character": "a\x00.txt",
    "a new line": "a\r\nSet-Cookie: x=1.txt",
    "an escape": "a\x1b[2J.txt",
    "reversed": "invoice\u202efdp.exe",
    "isolated": "a\u2066b\u2069.txt",
    "a line separator": "a\u2028b.txt",
    "256 bytes": "x" * 256,
    "many bytes in few characters": "ü" * 128,
    "empty": "",
}
RUN_BY_BROWSERS = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "application/pdf"]


@pytest.fixture
def todo(alice: Any) -> str:
    """A to-do of Alice's."""
    return alice.add()["todoID"]


def reserve(alice: Any, todo: str, **changes: Any) -> Any:
    """A reservation of five bytes of text."""
    return alice.api.post(f"/api/{todo}/files", {"fileName": "a.txt", "contentType": "text/plain", "size": 5, **changes})


@HOSTILE_NAMES
@pytest.mark.parametrize("name", NAMES)
def test_names_are_refused(name: str, alice: Any, todo: str) -> None:
    answer = reserve(alice, todo, fileName=NAMES[name])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "fileName"


@HOSTILE_NAMES
@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, "a'b\"c;d=e%f.txt", "日本語 🎉.txt", " .hidden ", "CON", "a.tar.gz"])
def test_harmless_names_come_back_as_they_were(name: str, alice: Any, todo: str) -> None:
    reserved = reserve(alice, todo, fileName=name).json()
    form = reserved["upload"]
    assert httpx.post(form["url"], data=form["fields"], files={"file": ("x", b"hello")}).status_code == 204
    done = alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete").json()
    assert done["fileName"] == name
    answer = httpx.get(done["filePath"])
    assert (answer.status_code, answer.content) == (200, b"hello")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].isascii()


@pytest.mark.promise(
    "What browsers run is never served inline from an origin that the page trusts",
    "HTML, SVG, XHTML, XML, JavaScript, PDF: an attachment from the bucket's origin, and the presigned URL cannot say otherwise",
)
@pytest.mark.parametrize("content_type", RUN_BY_BROWSERS)
def test_what_browsers_run_is_only_ever_saved(content_type: str, alice: Any, todo: str) -> None:
    """The bucket's origin is none that the page trusts, and the response says `attachment` whatever the type."""
    upload = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type)
    done = alice.api.post(f"/api/{todo}/files", {"file": upload}, format="multipart").json()
    answer = httpx.get(done["filePath"])
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    inline = done["filePath"].replace("attachment", "inline")
    assert httpx.get(inline).status_code == 403


@pytest.mark.parametrize(
    "content_type",
    ["text", "text/", "/plain", "text/plain\r\nX: 1", "text/plain; charset=\x00", "*/*", "text/plain,text/html", "x" * 300],
)
def test_types_that_are_none_are_refused(content_type: str, alice: Any, todo: str) -> None:
    assert reserve(alice, todo, contentType=content_type).status_code == 400


@pytest.mark.parametrize("size", [-1, 100 * 1024 * 1024 + 1, 10**30, 1.5, "5x", None, True, [5]])
def test_sizes_that_are_none_are_refused(size: Any, alice: Any, todo: str) -> None:
    assert reserve(alice, todo, size=size).status_code == 400


@pytest.mark.promise(
    "A presigned form cannot be widened: key, size, type, fields, expiry",
    "each changed in the form, or in a policy of one's own; nothing is stored",
)
class TestForm:
    """A presigned form is good for one key, one size, one type, one hour."""

    def send(self, form: dict[str, Any], content: bytes = b"hello", **fields: str) -> int:
        """S3's status."""
        return httpx.post(form["url"], data={**form["fields"], **fields}, files={"file": ("x", content)}).status_code

    @pytest.fixture
    def form(self, alice: Any, todo: str) -> dict[str, Any]:
        """Of a reservation."""
        return reserve(alice, todo).json()["upload"]

    def test_it_works(self, form: dict[str, Any]) -> None:
        assert self.send(form) == 204

    def test_another_key(self, form: dict[str, Any], stored: Any) -> None:
        before = stored()
        for key in ("x", "${filename}", form["fields"]["key"] + "x", form["fields"]["key"].replace("/a.txt", "/b.txt")):
            assert self.send(form, key=key) == 403
        assert stored() == before

    @pytest.mark.parametrize("content", [b"", b"hell", b"hello!", b"x" * 100_000])
    def test_another_size(self, content: bytes, form: dict[str, Any], stored: Any) -> None:
        before = stored()
        assert self.send(form, content) in (400, 403)
        assert stored() == before

    @pytest.mark.parametrize("content_type", ["text/html", "text/plain; charset=utf-8", ""])
    def test_another_type(self, content_type: str, form: dict[str, Any], stored: Any) -> None:
        before = stored()
        assert self.send(form, **{"Content-Type": content_type}) == 403
        assert stored() == before

    @pytest.mark.parametrize("field", ["acl", "x-amz-meta-x", "Content-Disposition", "success_action_redirect"])
    def test_more_fields(self, field: str, form: dict[str, Any], stored: Any) -> None:
        before = stored()
        assert self.send(form, **{field: "public-read"}) == 403
        assert stored() == before

    @pytest.mark.parametrize("what", ["expiration", "conditions", "signature"])
    def test_a_policy_of_ones_own(self, what: str, form: dict[str, Any], stored: Any) -> None:
        before = stored()
        policy = json.loads(base64.b64decode(form["fields"]["policy"]))
        if what == "expiration":
            policy["expiration"] = "2099-01-01T00:00:00Z"
        if what == "conditions":
            policy["conditions"] = [["starts-with", "$key", ""]]
        fields = {"policy": base64.b64encode(json.dumps(policy).encode()).decode()}
        if what == "signature":
            fields = {"x-amz-signature": "0" * 64}
        assert self.send(form, **fields) == 403
        assert stored() == before

    def test_it_ends(self, form: dict[str, Any]) -> None:
        policy = json.loads(base64.b64decode(form["fields"]["policy"]))
        assert policy["expiration"] < "2099"
        assert ["content-length-range", 5, 5] in policy["conditions"]
