"""Bodies without Content-Length, in chunks, through gunicorn: each service takes them as it takes all others."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bench import canned
from files.models import SIZE_MAX_THROUGH_SERVICE
from tests.prove.serving import Container, Stubbed
from todo_project.api.parsers import MAX_BYTES

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
TAIL = b"\r\n--b--\r\n"
Post = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stubbed]:
    """A canned AWS."""
    canned_aws = Stubbed(tmp_path_factory.mktemp("chunked"))
    canned_aws.start()
    yield canned_aws
    canned_aws.stop()


@pytest.fixture(scope="module")
def post(stubbed: Stubbed) -> Iterator[Post]:
    """Posts pieces to a service, each in a chunk of its own."""
    containers = {name: Container(name, {**stubbed.variables(), "WEB_CONCURRENCY": "1"}) for name in ("todos", "files")}

    def call(service: str, path: str, *pieces: bytes, **headers: Any) -> httpx.Response:
        url = f"{containers[service].url}{path}"
        return httpx.post(url, content=iter(pieces), headers={**stubbed.authorization, **headers}, timeout=30)

    yield call
    for container in containers.values():
        container.stop()


def test_it_works(post: Post) -> None:
    response = post("todos", "/api/me/todos", b'{"title": ', b'"Buy milk"}', **{"Content-Type": "application/json"})
    assert (response.status_code, response.json()["title"]) == (201, "Buy milk")


def test_a_file_through_the_service(post: Post) -> None:
    response = post("files", f"/api/{canned.TODO_ID}/files", HEAD, b"hel", b"lo", TAIL, **FORM)
    assert (response.status_code, response.json()["size"]) == (201, 5)


@pytest.mark.parametrize("pieces", [[b"{" * (MAX_BYTES + 1)], [b"{}" * 1000] * 10_000], ids=["one chunk", "20 MB"])
def test_too_much_json_is_refused(pieces: list[bytes], post: Post) -> None:
    response = post("todos", "/api/me/todos", *pieces, **{"Content-Type": "application/json"})
    assert (response.status_code, response.json()["type"]) == (413, "urn:problem:todo:too-large")


@pytest.mark.parametrize("more", [1, 1024**2, 5 * 1024**2])
def test_a_file_over_10_mb_is_refused(more: int, post: Post) -> None:
    file = bytes(SIZE_MAX_THROUGH_SERVICE + more)
    response = post("files", f"/api/{canned.TODO_ID}/files", HEAD, file, TAIL, **FORM)
    assert (response.status_code, response.json()["type"]) == (413, "urn:problem:todo:too-large")
