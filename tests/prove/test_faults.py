"""AWS throttles, breaks, hangs, resets and loses responses: each request ends in time, and a retry has exactly one effect."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import product
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import storage
from files.purge import purge
from tests.local.users import free_port
from tests.prove.conftest import forget_clients, patience
from tests.prove.faults import ACTS, CONFLICT, KINDS, LIMIT_SECONDS, Burst, cases, throttled
from tests.prove.record import some_of
from todo_project.aws import dynamodb
from todo_project.errors import Unavailable

CHAPTER = "Nothing lost"
FAULTS = "Faults of AWS: every request ends in 10 s, nothing is 500, a retry has exactly one effect"
FAULTS_TRIED = (
    "microburst: throttled, 500, reset, no response, slow, response lost, transaction conflict, on each operation of each route"
)


@pytest.fixture(scope="session")
def proxy() -> Iterator[Burst]:
    """One microburst a test process."""
    from django.conf import settings  # noqa: PLC0415 configured by now

    started = Burst(settings.AWS_ENDPOINT_URL, free_port())
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[ExitStack]:
    """What holds from the test's end until its to-dos are deleted."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def burst(proxy: Burst, settings: Any, afterwards: ExitStack) -> Iterator[Burst]:
    """Both services' calls go through it during a test."""
    options = settings.STORAGES["attachments"]["OPTIONS"]
    attachments = {**settings.STORAGES["attachments"], "OPTIONS": {**options, "endpoint_url": proxy.url}}
    settings.STORAGES = {**settings.STORAGES, "attachments": attachments}
    settings.AWS_ENDPOINT_URL = proxy.url
    forget_clients()
    proxy.rules()
    yield proxy
    proxy.rules()
    afterwards.enter_context(patience())


def rule(operation: str, kind: str) -> dict[str, Any]:
    """microburst's rule of one fault on one operation."""
    service, name = operation.split(".")
    fault, times = KINDS[kind]
    return {"service": service, "operation": name, **fault(service), **({"times": times} if times else {})}


def in_time(call: Any) -> tuple[Any, float]:
    """A response, and the seconds it took: never more than promised, never 500, and told when to come again."""
    started = time.monotonic()
    answer = call()
    took = time.monotonic() - started
    assert took < LIMIT_SECONDS, f"{took:.1f} s"
    assert answer.status_code not in (500, 502, 504), answer.content
    if answer.status_code in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1
    return answer, took


@pytest.mark.parametrize("act", ACTS)
def test_every_operation_is_tried(act: str, alice: Any, proof: Any) -> None:
    """The operations that faults are tried on are those that the services use."""
    proof.of(CHAPTER, FAULTS, FAULTS_TRIED)
    doing, seen = ACTS[act], set()

    def see(model: Any, **_: Any) -> None:
        seen.add(f"{model.service_model.service_name}.{model.name}")

    with patience():
        made = doing.before(alice)
        for client in (dynamodb.client(), storage.client()):
            # Before a call, and not while its parameters are made: signing a URL or a form calls nobody.
            client.meta.events.register(f"before-call.{client.meta.service_model.service_name}", see, unique_id="see")
        assert doing.request(alice, made).status_code in doing.good
    assert seen == set(doing.operations) or (act == "attach 9 MB" and seen == set(ACTS["attach"].operations))
    proof.times = 1


@pytest.mark.parametrize(("act", "operation", "kind"), some_of(cases()))
def test_one_by_one(act: str, operation: str, kind: str, alice: Any, burst: Burst, proof: Any) -> None:
    proof.of(CHAPTER, FAULTS, FAULTS_TRIED)
    doing = ACTS[act]
    with patience():
        made = doing.before(alice)
    burst.rules(rule(operation, kind))
    burst.fired()
    answer, took = in_time(lambda: doing.request(alice, made))
    proof.times, proof.found = 1, f"slowest {took:.1f} s"
    assert burst.fired() >= 1
    assert answer.status_code in (*doing.good, 503), answer.content
    if kind.endswith("once") or kind == "slow":
        late = answer.status_code == 503 and took > 1.5
        assert answer.status_code in doing.good or late, answer.content
    burst.rules()
    with patience():
        if answer.status_code == 503:
            answer = doing.request(alice, made)
            assert answer.status_code in doing.repeated, answer.content
        doing.after(alice, made)


PURGES = ["dynamodb.Query", "dynamodb.GetItem", "dynamodb.DeleteItem", "s3.DeleteObjects"]
PURGE_KINDS = ["throttled", "error 500", "reset", "no response", "response lost once"]


@pytest.mark.parametrize(("operation", "kind"), some_of(product(PURGES, PURGE_KINDS)))
def test_the_purge(
    operation: str, kind: str, alice: Any, burst: Burst, clock: Any, rows: Any, objects: Any, settings: Any, proof: Any
) -> None:
    proof.of(
        CHAPTER, "The purge under faults: what is due goes in the next run, nothing else", "each operation it uses, five faults"
    )
    with patience():
        kept = alice.add("kept")["todoID"]
        alice.attach(kept)
        gone = alice.add("gone")["todoID"]
        alice.attach(gone)
        assert alice.api.delete(f"/api/me/todos/{gone}").status_code == 204
    clock.offset += clock.days(31)
    burst.rules(rule(operation, kind))
    with suppress(Unavailable):
        purge()
    burst.rules()
    with patience():
        assert purge().failures == 0
    assert [row["todoID"]["S"] for row in rows(settings.TODOS_TABLE)] == [kept]
    assert [row["todoKey"]["S"] for row in rows(settings.FILES_TABLE)] == [f"{alice.subject}#{kept}"]
    assert {key.split("/")[1] for key in objects()} == {kept}
    proof.times = 1


SCENARIOS, THREADS = 24, 6
MIXED = [
    {"service": service, "probability": share, **fault}
    for service in ("dynamodb", "s3")
    for share, fault in (
        # The first rule that fires decides: together 20 %.
        (0.05, throttled(service)),
        (0.04, {"error": {"code": "InternalError" if service == "s3" else "InternalServerError", "status": 500}}),
        (0.05, {"reset": True}),
        (0.04, {"response": {"abort_bytes": 0}}),
        (0.01, {"timeout_ms": 3000}),
        (0.015, {"latency": 300}),
    )
] + [{"service": "dynamodb", "operation": "TransactWriteItems", "probability": 0.05, **CONFLICT}]


class Client:
    """A client as it should be: it tries again with the same key for as long as it is told to."""

    def __init__(self, alice: Any, name: str) -> None:
        self.api, self.name = alice.api, name
        self.requests, self.refused, self.slowest = 0, 0, 0.0

    def until_done(self, call: Any, *good: int, again: tuple[int, ...] = ()) -> Any:
        """`again`: what a retry may get besides, because the first try had its effect."""
        allowed = set(good)
        for _ in range(60):
            answer, took = in_time(call)
            self.requests += 1
            self.slowest = max(self.slowest, took)
            if answer.status_code in (429, 503):
                self.refused += 1
                allowed |= set(again)
                time.sleep(random.uniform(0, 0.05))  # noqa: S311 jitter
                continue
            assert answer.status_code in allowed, answer.content
            return answer
        raise AssertionError("60 tries were not enough")

    def live(self) -> str:
        """One to-do through everything; its id."""
        key = {"Idempotency-Key": self.name}
        body = {"title": self.name}
        todo = self.until_done(lambda: self.api.post("/api/me/todos", body, headers=key), 201).json()
        url, files = f"/api/me/todos/{todo['todoID']}", f"/api/{todo['todoID']}/files"
        match = {"If-Match": f'"{todo["version"]}"'}
        self.until_done(lambda: self.api.patch(url, {"notes": "once"}, headers=match), 200, again=(412,))
        small = self.until_done(
            lambda: self.api.post(
                files, {"file": SimpleUploadedFile("a.txt", b"hello", "text/plain")}, format="multipart", headers=key
            ),
            201,
        ).json()
        wanted = {"fileName": "b.txt", "contentType": "text/plain", "size": 5}
        reserved = self.until_done(
            lambda: self.api.post(files, wanted, headers={"Idempotency-Key": f"{self.name}-b"}), 201
        ).json()
        self.send(reserved["upload"])
        self.until_done(lambda: self.api.post(f"{files}/{reserved['fileID']}/complete"), 200)
        self.until_done(lambda: self.api.delete(f"{files}/{small['fileID']}"), 204, again=(404,))
        self.until_done(lambda: self.api.post(f"{files}/{small['fileID']}/restore"), 200)
        self.until_done(lambda: self.api.delete(url), 204, again=(404,))
        self.until_done(lambda: self.api.post(f"{url}/restore"), 200)
        return str(todo["todoID"])

    def send(self, form: dict[str, Any]) -> None:
        """The browser's part, through the same faults."""
        for _ in range(60):
            try:
                answer = httpx.post(form["url"], data=form["fields"], files={"file": ("x", b"hello")}, timeout=5)
            except httpx.HTTPError:
                continue
            if answer.status_code == 204:
                return
        raise AssertionError("60 tries were not enough")


@pytest.mark.timeout(400)
def test_mixed(alice: Any, burst: Burst, rows: Any, settings: Any, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "Faults mixed at 20 %: a client that tries again ends with exactly one effect, no transaction is half done",
        f"{SCENARIOS} to-dos through eleven operations each, {THREADS} at once, all faults at random",
    )
    burst.rules(*MIXED)
    burst.fired()
    clients = [Client(alice, f"scenario-{number}") for number in range(SCENARIOS)]
    with ThreadPoolExecutor(THREADS) as threads:
        ids = list(threads.map(Client.live, clients))
    faults = burst.fired()
    burst.rules()
    with patience():
        listed = alice.api.get("/api/me/todos?limit=100").json()["todos"]
    # version: made, notes, trash, restore
    assert {todo["todoID"]: (todo["version"], todo["notes"], todo["attachments"]) for todo in listed} == dict.fromkeys(
        ids, (4, "once", 2)
    )
    stored = rows(settings.FILES_TABLE)
    assert len(stored) == 2 * SCENARIOS
    assert all(row["listing"]["S"].startswith("1#") for row in stored)
    proof.times = sum(client.requests for client in clients)
    slowest, refused = max(client.slowest for client in clients), sum(client.refused for client in clients)
    proof.found = f"{faults} faults injected, {refused} responses of 503, slowest {slowest:.1f} s"
    assert faults > SCENARIOS
