"""Exercise 7: AWS reclaims a task's Spot capacity, under load. In which order is the task replaced without a failed request?

The check runs both tasks as gunicorn processes and does your steps while visitors send requests.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from typing import Final

import httpx

from tests.prove.serving import Container, Stubbed, wait_until

FILES: Final = {"steps.json": '["stop the old task", "start a new task", "register", "deregister", "drain"]\n'}
VISITORS: Final = 4
ON_ITS_WAY_SECONDS: Final = 0.05
"""Between the load balancer's choice of a target and the request's arrival there."""


class TargetGroup:
    """Sends each request to a registered target, and knows which requests are on their way and in progress."""

    def __init__(self, authorization: dict[str, str]) -> None:
        self.targets: list[str] = []
        self.on_its_way: Counter[str] = Counter()
        self.in_progress: Counter[str] = Counter()
        self.results: Counter[str] = Counter()
        self.arrivals: defaultdict[str, Lock] = defaultdict(Lock)
        """By target. While one is locked, what is on its way there does not arrive."""
        self._authorization = authorization
        self._lock = Lock()

    def request(self) -> str:
        """The status of one request, or why there is none."""
        with self._lock:
            if not self.targets:
                return "503: no registered target"
            target = self.targets[self.results.total() % len(self.targets)]
            self.on_its_way[target] += 1
            self.in_progress[target] += 1
        try:
            time.sleep(ON_ITS_WAY_SECONDS)
            with self.arrivals[target], self._lock:
                self.on_its_way[target] -= 1
            return str(httpx.get(f"{target}/api/me/todos", headers=self._authorization, timeout=10).status_code)
        except httpx.HTTPError as error:
            return f"502: {error}"
        finally:
            with self._lock:
                self.in_progress[target] -= 1

    def visit(self, ended: Event) -> None:
        """Request after request."""
        while not ended.is_set():
            self.results[self.request()] += 1
            time.sleep(0.01)


def replace(group: TargetGroup, steps: list[str], start: Callable[[], Container]) -> None:
    """Does the steps with one task that runs and one that is to take its place."""
    old, ended = start(), Event()
    started: list[Container] = []
    group.targets.append(old.url)
    arrivals = group.arrivals[old.url]

    def arrive() -> None:
        if arrivals.locked():
            arrivals.release()

    def deregister() -> None:
        """While a request is on its way there, as one always is under load."""
        arrivals.acquire()
        wait_until(lambda: group.on_its_way[old.url] > 0)
        group.targets.remove(old.url)

    def drain() -> None:
        arrive()
        wait_until(lambda: not group.in_progress[old.url])

    def stop() -> None:
        """At the worst moment: what is on its way arrives when the task has stopped."""
        old.terminate()
        old.process.wait(60)
        arrive()

    does: dict[str, Callable[[], object]] = {
        "stop the old task": stop,
        "start a new task": lambda: started.append(start()),
        "register": lambda: group.targets.append(started[0].url),
        "deregister": deregister,
        "drain": drain,
    }
    try:
        with ThreadPoolExecutor(VISITORS) as visitors, ExitStack() as stack:
            stack.callback(ended.set)
            stack.callback(arrive)
            for _ in range(VISITORS):
                visitors.submit(group.visit, ended)
            for step in steps:
                does[step]()
    finally:
        for task in (old, *started):
            task.stop()


def check(folder: Path) -> Iterator[str]:
    """What failed while the task was replaced."""
    steps = json.loads((folder / "steps.json").read_text())
    if sorted(steps) != sorted(json.loads(FILES["steps.json"])):
        yield "steps.json needs each of the five steps exactly once."
        return
    if steps.index("register") < steps.index("start a new task"):
        yield "A task must be started before it is registered."
        return
    with TemporaryDirectory() as place:
        aws = Stubbed(Path(place))
        aws.start()
        try:
            group = TargetGroup(aws.authorization)
            replace(group, steps, lambda: Container("todos", aws.variables()))
        finally:
            aws.stop()
    for result, count in group.results.items():
        if result != "200":
            yield f"{count} of {group.results.total()} requests failed with {result}"
