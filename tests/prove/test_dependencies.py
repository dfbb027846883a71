"""The key set's endpoint goes away; AWS is not there at boot."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.prove.load import trace
from tests.prove.serving import BlackHole, Container, Stubbed, wait_until

CHAPTER = "Always there"


def status(url: str, **headers: str) -> int:
    """Of a GET."""
    return httpx.get(url, headers=headers, timeout=15).status_code


@pytest.mark.timeout(120)
def test_key_set_down(tmp_path: Path, proof: Any) -> None:
    """The keys come from one process and the data from another, so that one can go alone."""
    proof.of(
        CHAPTER,
        "With the key set's endpoint down, known keys go on working",
        "old and new tokens while it refuses connections; tokens of another pool meanwhile do not make requests slow",
    )
    other = tmp_path / "other"
    other.mkdir()
    keys, data = Stubbed(tmp_path), Stubbed(other)
    keys.start()
    data.start()
    container = Container("todos", {**data.variables(), "COGNITO_JWKS_URL": f"{keys.url}/jwks.json", "WEB_CONCURRENCY": "1"})
    try:
        assert status(f"{container.url}/api/me/todos", **keys.authorization) == 200
        keys.stop()
        foreign = {"Authorization": f"Bearer {data.issuer.access_token(3)}"}
        for _ in range(50):
            assert status(f"{container.url}/api/me/todos", **keys.authorization) == 200
            fresh = {"Authorization": f"Bearer {keys.issuer.access_token(7)}"}
            assert status(f"{container.url}/api/me/todos", **fresh) == 200
            begun = time.monotonic()
            assert status(f"{container.url}/api/me/todos", **foreign) == 401
            assert time.monotonic() - begun < 4
            proof.times += 3
    finally:
        container.stop()
        keys.stop()
        data.stop()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("service", ["todos", "files"])
def test_aws_unreachable_at_boot(service: str, tmp_path: Path, proof: Any) -> None:
    proof.of(
        CHAPTER,
        "AWS unreachable at boot: alive, not ready, refusing with 503; ready when it returns, without a restart",
        "each service started with nobody at its AWS; then AWS comes, goes and comes back",
    )
    stubbed = Stubbed(tmp_path)
    container = Container(service, stubbed.variables())
    path = "/api/me/todos" if service == "todos" else "/api/11111111-1111-4111-8111-000000000000/files"
    workers = container.workers()
    try:
        for _ in range(2):
            assert status(f"{container.url}/healthz") == 200
            answer = httpx.get(f"{container.url}/readyz", timeout=15)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            refused = httpx.get(f"{container.url}{path}", headers=stubbed.authorization, timeout=15)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
            stubbed.start()
            wait_until(lambda: status(f"{container.url}/readyz") == 200)
            wait_until(lambda: status(f"{container.url}{path}", **stubbed.authorization) == 200)
            proof.times += 1
            stubbed.stop()
        assert container.workers() == workers
    finally:
        container.stop()
        stubbed.stop()


@pytest.mark.timeout(120)
def test_aws_hangs(tmp_path: Path, proof: Any) -> None:
    requests, threads = 40, 4
    proof.of(
        CHAPTER,
        "When AWS hangs, also requests that wait for a thread end in 10 s as 503 with `Retry-After`",
        f"{requests} requests at once for {threads} threads, on an AWS that takes connections and says nothing",
    )
    hole, keys = BlackHole(), Stubbed(tmp_path)
    keys.start()
    variables = {**keys.variables(), "AWS_ENDPOINT_URL": hole.url, "WEB_CONCURRENCY": "1", "WEB_THREADS": str(threads)}
    container = Container("todos", variables)

    def ask(number: int) -> tuple[int, str, float]:
        begun = time.monotonic()
        path, headers = ("/readyz", {}) if number % 2 else ("/api/me/todos", keys.authorization)
        headers = {**headers, "X-Amzn-Trace-Id": trace()}
        connection = http.client.HTTPConnection("127.0.0.1", container.port, timeout=60)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers.get("Retry-After", ""), time.monotonic() - begun

    try:
        with ThreadPoolExecutor(requests) as clients:
            asked = [clients.submit(ask, number) for number in range(requests)]
            answers = [one.result() for one in asked]
    finally:
        container.stop()
        keys.stop()
        hole.stop()
    proof.times, slowest = requests, max(seconds for _, _, seconds in answers)
    proof.found = f"slowest {slowest:.1f} s"
    assert {(code, again) for code, again, _ in answers} == {(503, "1")}
    assert slowest < 10
