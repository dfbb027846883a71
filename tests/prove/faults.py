"""microburst between the services and the embedded AWS, and the things that people do through it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files.uploadedfile import SimpleUploadedFile

from local.aws.state import ROOT

LIMIT_SECONDS = 10.0


class Burst:
    """The proxy. While no rule is set it only passes on."""

    def __init__(self, upstream: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "tests.prove.burst", "--upstream", upstream, "--port", str(port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._control = httpx.Client(base_url=f"{self.url}/_microburst", timeout=10)
        deadline = time.monotonic() + 30
        while True:
            try:
                self._control.get("/health").raise_for_status()
            except httpx.HTTPError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                break
        self._warm()

    def _warm(self) -> None:
        """Its first responses take seconds: it reads AWS's models then."""
        patient = Config(read_timeout=60, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        for faults in ([], [{"service": name, **throttled(name)} for name in ("dynamodb", "s3")]):
            self.rules(*faults)
            for service, call in (("dynamodb", "list_tables"), ("s3", "list_buckets")):
                client = boto3.client(service, region_name="eu-west-1", endpoint_url=self.url, config=patient)
                with suppress(ClientError):
                    getattr(client, call)()
        self.rules()

    def rules(self, *rules: dict[str, Any]) -> None:
        """From now on these faults; none: none."""
        self._control.post("/rules", json=list(rules)).raise_for_status()

    def fired(self) -> int:
        """How many faults were injected since the last call."""
        count = len(self._control.get("/fired", params={"limit": 100_000}).json())
        self._control.delete("/fired")
        return count

    def stop(self) -> None:
        """Ends it."""
        self._control.close()
        self._process.kill()  # a hanging response of its own would hold it up
        self._process.wait()


def throttled(service: str) -> dict[str, Any]:
    """The service's own way to say "slow down"."""
    if service == "s3":
        return {"error": {"code": "SlowDown", "status": 503}}
    return {"error": {"code": "ProvisionedThroughputExceededException"}}


CONFLICT = {
    "error": {
        "code": "TransactionCanceledException",
        "status": 400,
        "fields": {"CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}]},
    }
}

# name: the fault, and how often (None: every time)
KINDS: dict[str, tuple[Callable[[str], dict[str, Any]], int | None]] = {
    "throttled": (throttled, None),
    "throttled once": (throttled, 1),
    "error 500": (
        lambda service: {"error": {"code": "InternalError" if service == "s3" else "InternalServerError", "status": 500}},
        None,
    ),
    "reset": (lambda _: {"reset": True}, None),
    "reset once": (lambda _: {"reset": True}, 1),
    "no response": (lambda _: {"timeout_ms": 6000}, None),
    "slow": (lambda _: {"latency": 1200}, None),
    "response lost": (lambda _: {"response": {"abort_bytes": 0}}, None),
    "response lost once": (lambda _: {"response": {"abort_bytes": 0}}, 1),
    "conflict": (lambda _: CONFLICT, None),
    "conflict once": (lambda _: CONFLICT, 1),
}


@dataclass
class Act:
    """Something a person does: what must be there before, the request, and what must be so after exactly one effect."""

    operations: tuple[str, ...]
    before: Callable[[Any], dict[str, Any]]
    request: Callable[[Any, dict[str, Any]], Any]
    after: Callable[[Any, dict[str, Any]], None]
    good: tuple[int, ...] = (200, 201, 204)
    repeated: tuple[int, ...] = (200, 201, 204)  # of a retry, whose first try may have had its effect


def _todo(alice: Any) -> dict[str, Any]:
    return {"todo": alice.add("first")["todoID"]}


def _trashed(alice: Any) -> dict[str, Any]:
    made = _todo(alice)
    assert alice.api.delete(f"/api/me/todos/{made['todo']}").status_code == 204
    return made


def _attached(alice: Any) -> dict[str, Any]:
    made = _todo(alice)
    return {**made, "file": alice.attach(made["todo"])["fileID"]}


def _file_trashed(alice: Any) -> dict[str, Any]:
    made = _attached(alice)
    assert alice.api.delete(f"/api/{made['todo']}/files/{made['file']}").status_code == 204
    return made


def _arrived(alice: Any) -> dict[str, Any]:
    made = _todo(alice)
    reserved = alice.api.post(f"/api/{made['todo']}/files", {"fileName": "a.txt", "contentType": "text/plain", "size": 5}).json()
    sent = httpx.post(reserved["upload"]["url"], data=reserved["upload"]["fields"], files={"file": ("x", b"hello")})
    assert sent.status_code == 204
    return {**made, "file": reserved["fileID"]}


def _todos(alice: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = alice.api.get(f"/api/me/todos?limit=100{query}").json()["todos"]
    return found


def _is(alice: Any, made: dict[str, Any], **facts: Any) -> None:
    shown = alice.api.get(f"/api/me/todos/{made['todo']}").json()
    assert {name: shown[name] for name in facts} == facts


def _one(alice: Any) -> None:
    assert [todo["title"] for todo in _todos(alice)] == ["first"]


def _files(alice: Any, made: dict[str, Any], count: int, query: str = "") -> None:
    assert len(alice.api.get(f"/api/{made['todo']}/files{query}").json()["files"]) == count


def _one_file(alice: Any, made: dict[str, Any]) -> None:
    _files(alice, made, 1)
    _is(alice, made, attachments=1)


def _in_trash(alice: Any, made: dict[str, Any]) -> None:
    assert [todo["version"] for todo in _todos(alice, "&trashed=true") if todo["todoID"] == made["todo"]] == [2]


def _no_file(alice: Any, made: dict[str, Any]) -> None:
    _files(alice, made, 0)
    _files(alice, made, 1, "?trashed=true")
    _is(alice, made, attachments=0)


def _upload(content: bytes) -> Callable[[Any, dict[str, Any]], Any]:
    def request(alice: Any, made: dict[str, Any]) -> Any:
        body = {"file": SimpleUploadedFile("a.txt", content, "text/plain")}
        headers = {"Idempotency-Key": made.setdefault("key", str(uuid4()))}
        return alice.api.post(f"/api/{made['todo']}/files", body, format="multipart", headers=headers)

    return request


def _keyed(made: dict[str, Any]) -> dict[str, str]:
    return {"Idempotency-Key": made.setdefault("key", str(uuid4()))}


ACTS: dict[str, Act] = {
    "add": Act(
        ("dynamodb.PutItem",),
        lambda _: {},
        lambda alice, made: alice.api.post("/api/me/todos", {"title": "first"}, headers=_keyed(made)),
        lambda alice, _: _one(alice),
    ),
    "read": Act(
        ("dynamodb.GetItem",),
        _todo,
        lambda alice, made: alice.api.get(f"/api/me/todos/{made['todo']}"),
        lambda alice, _: _one(alice),
    ),
    "list": Act(("dynamodb.Query",), _todo, lambda alice, _: alice.api.get("/api/me/todos"), lambda alice, _: _one(alice)),
    "search": Act(
        ("dynamodb.Query",), _todo, lambda alice, _: alice.api.get("/api/me/todos?search=fir"), lambda alice, _: _one(alice)
    ),
    "change": Act(
        ("dynamodb.UpdateItem",),
        _todo,
        lambda alice, made: alice.api.patch(f"/api/me/todos/{made['todo']}", {"title": "second"}, headers={"If-Match": '"1"'}),
        lambda alice, made: _is(alice, made, title="second", version=2),
        repeated=(200, 412),
    ),
    "move in the list": Act(
        ("dynamodb.UpdateItem",),
        _todo,
        lambda alice, made: alice.api.patch(f"/api/me/todos/{made['todo']}", {"completed": True}, headers={"If-Match": '"1"'}),
        lambda alice, made: _is(alice, made, completed=True, version=2),
        repeated=(200, 412),
    ),
    "trash": Act(
        ("dynamodb.UpdateItem",),
        _todo,
        lambda alice, made: alice.api.delete(f"/api/me/todos/{made['todo']}", headers={"If-Match": '"1"'}),
        _in_trash,
        repeated=(204, 404),
    ),
    "restore": Act(
        ("dynamodb.GetItem", "dynamodb.UpdateItem"),
        _trashed,
        lambda alice, made: alice.api.post(f"/api/me/todos/{made['todo']}/restore"),
        lambda alice, made: _is(alice, made, version=3),
    ),
    "attach": Act(("dynamodb.TransactWriteItems", "s3.PutObject"), _todo, _upload(b"hello"), _one_file),
    "attach 9 MB": Act(("s3.PutObject",), _todo, _upload(b"x" * 9_000_000), _one_file),
    "reserve": Act(
        ("dynamodb.TransactWriteItems",),
        _todo,
        lambda alice, made: alice.api.post(f"/api/{made['todo']}/files", {"fileName": "a", "size": 5}, headers=_keyed(made)),
        lambda alice, made: _files(alice, made, 0),
    ),
    "complete": Act(
        ("dynamodb.GetItem", "s3.HeadObject", "dynamodb.TransactWriteItems"),
        _arrived,
        lambda alice, made: alice.api.post(f"/api/{made['todo']}/files/{made['file']}/complete"),
        _one_file,
    ),
    "list files": Act(
        ("dynamodb.GetItem", "dynamodb.Query"),
        _attached,
        lambda alice, made: alice.api.get(f"/api/{made['todo']}/files"),
        _one_file,
    ),
    "trash a file": Act(
        ("dynamodb.GetItem", "dynamodb.TransactWriteItems"),
        _attached,
        lambda alice, made: alice.api.delete(f"/api/{made['todo']}/files/{made['file']}"),
        _no_file,
        repeated=(204, 404),
    ),
    "restore a file": Act(
        ("dynamodb.GetItem", "dynamodb.TransactWriteItems"),
        _file_trashed,
        lambda alice, made: alice.api.post(f"/api/{made['todo']}/files/{made['file']}/restore"),
        _one_file,
    ),
    "readiness": Act(
        ("dynamodb.GetItem", "s3.HeadBucket"), lambda _: {}, lambda alice, _: alice.api.get("/readyz"), lambda *_: None
    ),
}


def cases() -> Iterator[tuple[str, str, str]]:
    """Every act, every operation it uses, every kind of fault that the operation knows."""
    for act, described in ACTS.items():
        for operation in described.operations:
            for kind in KINDS:
                if kind.startswith("conflict") and not operation.endswith("TransactWriteItems"):
                    continue
                yield act, operation, kind
