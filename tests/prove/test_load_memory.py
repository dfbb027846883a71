"""Tens of thousands of requests: memory stays small, and memory, files and connections stay level."""

import time
from pathlib import Path
from typing import Any

import pytest

from bench import canned
from tests.prove.load import Load, Request
from tests.prove.record import QUICK, some
from tests.prove.serving import Container, Stubbed, open_files, proportional, resident

TODO, FILE = canned.TODO_ID, "22222222-2222-4222-8222-000000000000"
BOUNDARY = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n'
)
MIXES = {
    "todos": [
        Request("GET", "/api/me/todos?limit=20"),
        Request("GET", f"/api/me/todos/{TODO}"),
        Request("POST", "/api/me/todos", b'{"title": "Buy milk", "notes": "today"}'),
        Request("PATCH", f"/api/me/todos/{TODO}", b'{"completed": true}'),
        Request("GET", "/api/me/todos?search=milk"),
        Request("POST", "/api/me/todos", b'{"title": ""}'),
        Request("GET", "/api/nothing"),
        Request("GET", "/readyz"),
    ],
    "files": [
        Request("GET", f"/api/{TODO}/files"),
        Request("POST", f"/api/{TODO}/files", b'{"fileName": "a.txt", "contentType": "text/plain", "size": 5}'),
        Request("POST", f"/api/{TODO}/files", BOUNDARY, "multipart/form-data; boundary=b"),
        Request("POST", f"/api/{TODO}/files/{FILE}/complete"),
        Request("DELETE", f"/api/{TODO}/files/{FILE}"),
        Request("POST", f"/api/{TODO}/files", b"{"),
        Request("GET", "/healthz"),
    ],
}
WARM_UP, REQUESTS = 5_000 if QUICK else 10_000, some(50_000)
MB = 1024**2
SHARE = {"todos": 0.6, "files": 0.4}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("service", SHARE)
def test_memory_is_level(service: str, tmp_path: Path, proof: Any) -> None:
    proof.of(
        "Always there",
        "After warm-up each worker's memory grows by less than 5 % in 50,000 mixed requests, to 90 MB at most, 200 MB a "
        "container; files and connections stay level",
        "60 % to the service todos, 40 % to files, good and bad ones, on a canned AWS; RSS, PSS and open files from /proc",
    )
    stubbed = Stubbed(tmp_path)
    stubbed.start()
    container = Container(service, {**stubbed.variables(), "MALLOC_ARENA_MAX": "2"})  # as the image says
    try:
        # 503: on a busy computer the stub may be late, now and then
        good = (200, 201, 204, 400, 404, 503)
        share = SHARE[service]

        def load(count: int) -> int:
            # New connections now and then, so that each worker gets its part.
            sending = Load(
                lambda: container.url,
                MIXES[service],
                stubbed.authorization,
                clients=6,
                limit=int(count * share),
                good=good,
                reconnect=20,
            )
            ended = sending.start().finish(400)
            assert ended.failures == []
            assert sum(ended.statuses.values()) == int(count * share)
            return ended.statuses.get(503, 0)

        load(WARM_UP)
        workers = container.workers()
        before = {worker: (resident(worker), level(worker)) for worker in workers}
        late = load(REQUESTS)
        assert container.workers() == workers
        after = {worker: (resident(worker), level(worker)) for worker in workers}
        whole = sum(proportional(process) for process in (container.process.pid, *workers)) / MB
    finally:
        container.stop()
        stubbed.stop()
    growth = max(after[worker][0] / before[worker][0] - 1 for worker in workers)
    files = max(after[worker][1] - before[worker][1] for worker in workers)
    proof.times = int(REQUESTS * share)
    largest = max(memory for memory, _ in after.values()) / MB
    proof.found = (
        f"{service}: memory {growth:+.1%} to {largest:.0f} MB, {whole:.0f} MB in all, open files {files:+d}, {late} times 503"
    )
    assert largest <= 90
    assert whole <= 200
    assert late <= REQUESTS * share / 1000
    assert growth < 0.05
    # The pool of connections to AWS may have one more for each thread.
    assert files <= 8


def level(worker: int) -> int:
    """Open files once the clients are gone: the least of a second."""
    found = []
    for _ in range(10):
        found.append(open_files(worker))
        time.sleep(0.1)
    return min(found)
