"""A second image is rolled out while visitors use the service; one that does not start is rolled back."""

import json
import threading
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest

from exercises.broken_image import RECORD
from tests import engine
from tests.rehearsal import emulated
from tests.rehearsal.emulated import until

VISITORS = 3


@pytest.fixture
def load(alice):
    """Visitors who create and list to-dos and files all the time. Counts responses by status, refused ones by their text."""

    @contextmanager
    def load():
        statuses, stop = Counter(), threading.Event()
        todo = alice.json("POST", "/api/me/todos", 201, json={"title": "Under load"})

        def visit():
            with httpx.Client(base_url=alice.site.url, headers=alice.http.headers, timeout=30) as http:
                while not stop.is_set():
                    for method, path, body in (
                        ("POST", "/api/me/todos", {"title": "Under load"}),
                        ("GET", "/api/me/todos", None),
                        ("GET", f"/api/{todo['todoID']}/files", None),
                    ):
                        try:
                            response = http.request(method, path, json=body)
                            statuses[response.status_code if response.is_success else f"{path}: {response.text}"] += 1
                        except httpx.HTTPError as error:
                            statuses[repr(error)] += 1

        threads = [threading.Thread(target=visit) for _ in range(VISITORS)]
        for thread in threads:
            thread.start()
        try:
            yield statuses
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    return load


def running(service):
    """The images that the service's containers run."""
    return set(emulated.tasks(f"label=com.amazonaws.ecs.container-name={service}", show="{{.Image}}"))


def run(environment, images):
    """Whether the tasks are healthy and run these images, and nothing else."""
    return environment.is_stable() and all(running(service) == {image} for service, image in images.items())


def failed(environment):
    """The deployments that ECS has given up."""
    every = [deployment for service in environment.services() for deployment in service["deployments"]]
    return [deployment for deployment in every if deployment["rolloutState"] == "FAILED"]


def test_it_works(environment, load, summary):
    second = {service: engine.derived(image, "1111111", "LABEL second=image") for service, image in environment.images.items()}
    with load() as statuses:
        environment.deploy("services", TodosImage=second["todos"], FilesImage=second["files"])
        until("the second images run", lambda: run(environment, second))
    summary.append(f"{statuses.total()} requests while both images were replaced: {dict(statuses)}")
    assert statuses.keys() == {200, 201}


def test_an_image_that_does_not_start_is_rolled_back(environment, load, summary):
    (before,) = running("todos")
    broken = engine.derived(environment.images["todos"], "bad0bad", 'ENTRYPOINT ["false"]')
    with load() as statuses:
        environment.deploy("services", TodosImage=broken)
        until("the deployment circuit breaker has stopped it", lambda: failed(environment))
        until("the image from before runs", lambda: run(environment, {"todos": before}))
    (todos,) = [each for each in environment.services() if "todos" in each["taskDefinition"]]
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps(todos, default=str, indent=2))
    summary.append(f"{statuses.total()} requests while a broken image was rolled back: {dict(statuses)}")
    assert statuses.keys() == {200, 201}
