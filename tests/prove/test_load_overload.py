"""More requests than a container can serve: late ones are refused at once, and the target stays healthy."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from deploy import containers
from tests.prove.load import offer
from tests.prove.serving import BlackHole, Container, Stubbed, cpu_seconds

SECONDS, RATE = 30, 20


@pytest.mark.timeout(180)
@pytest.mark.parametrize("hangs", [True, False], ids=["an AWS that hangs", "too much to do"])
def test_late_requests_are_refused_and_the_target_stays_healthy(hangs: bool, tmp_path: Path, proof: Any) -> None:
    proof.of(
        "Always there",
        "With more load than a container can serve, late requests are refused at little cost, all end in 10 s, and the target "
        "stays healthy",
        f"{RATE} requests a second for {SECONDS} s: more than its threads can serve, first behind an AWS that hangs, then behind "
        "one that takes half a second; `/healthz` asked each second, with the target group's timeout",
    )
    stubbed, hole = Stubbed(tmp_path), BlackHole()
    stubbed.start("--delay-ms", "500")
    variables = {**stubbed.variables(), "WEB_CONCURRENCY": "1", "WEB_THREADS": "12" if hangs else "4"}
    container = Container("todos", variables | ({"AWS_ENDPOINT_URL": hole.url} if hangs else {}))
    [worker] = container.workers()
    before = cpu_seconds(worker)

    async def everything() -> Any:
        return await asyncio.gather(
            offer(f"{container.url}/api/me/todos?limit=10", stubbed.authorization, rate=RATE, seconds=SECONDS),
            offer(f"{container.url}{containers.HEALTH_PATH}", {}, rate=1, seconds=SECONDS),
        )

    try:
        found, health = asyncio.run(everything())
        cpu_ms = 1000 * (cpu_seconds(worker) - before) / len(found)
    finally:
        container.stop()
        stubbed.stop()
        hole.stop()
    slowest, slowest_check = (max(seconds for _, seconds in each) for each in (found, health))
    proof.times = len(found) + len(health)
    proof.found = (
        f"{'hangs' if hangs else 'half a second'}: {cpu_ms:.1f} ms CPU a request, slowest {slowest:.1f} s, slowest health check "
        f"{slowest_check:.1f} s"
    )
    assert {status for status, _ in found} == ({503} if hangs else {200, 503})
    assert [status for status, _ in found].count(503) > len(found) / 2
    assert cpu_ms < 10
    assert slowest < 10
    assert {status for status, _ in health} == {200}
    assert slowest_check < containers.HEALTH_TIMEOUT
