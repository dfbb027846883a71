"""The embedded AWS of the rehearsal, as a container in a network of its own, and what its ECS starts beside it."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests import engine

ADDRESS = "169.254.170.2"
ENDPOINT = f"http://{ADDRESS}:4566"
REGION = "eu-central-1"
NETWORK = "todo-rehearsal"
CONTAINER = "todo-rehearsal-aws"
IMAGE = "localhost/aws:rehearsal"
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300  # more than it takes on a busy computer

VARIABLES = {
    "AUTH": "true",  # IAM is enforced
    "MINISTACK_HOST": ADDRESS,
    "MINISTACK_REGION": REGION,
    # Root keys: the administrator who deploys. Roles are held to their policies.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "IOT_MTLS_ENABLED": "0",
    "MINISTACK_DOCKER_TIMEOUT": "60",  # seconds that a call to the engine may take
    "LOG_LEVEL": "WARNING",
}


@contextmanager
def embedded_aws(folder: Path) -> Iterator[None]:
    """Empty, at the address of ECS. Network and containers are removed at the end, whatever happens."""
    base = ("--build-arg", f"PYTHON_IMAGE={engine.BASE_IMAGE}") if engine.BASE_IMAGE else ()
    engine.call("build", "--file", "compose/aws.Dockerfile", "--tag", IMAGE, *base, ".", cwd=ROOT)
    remove()  # what a run that was killed has left
    with ExitStack() as stack:
        socket = stack.enter_context(docker_api(folder))
        stack.callback(remove)
        engine.call("network", "create", "--subnet=169.254.170.0/24", "--gateway=169.254.170.1", NETWORK)
        engine.call(
            *("run", "--detach", f"--name={CONTAINER}", f"--network={NETWORK}", f"--ip={ADDRESS}", "--user=0"),
            *("--volume", f"{socket}:/var/run/docker.sock", "--volume", f"{ROOT}/tests/rehearsal/agent.py:/agent.py:ro"),
            *(f"--env={name}={value}" for name, value in VARIABLES.items()),
            *(IMAGE, "python", "/agent.py"),
        )
        if engine.program() == "podman":
            # A bridge takes the lowest hardware address of its ports unless it is given one. It would change as tasks come
            # and go, and connections from this host would hang. Docker gives it one.
            bridge = engine.inspect("network", NETWORK)["network_interface"]
            subprocess.run(["ip", "link", "set", bridge, "address", "02:a9:fe:aa:00:01"], check=True)
        until("the embedded AWS responds", lambda: httpx.get(f"{ENDPOINT}/_ministack/health").is_success)
        yield


@contextmanager
def docker_api(folder: Path) -> Iterator[Path]:
    """The socket of Docker's API, which podman offers too, for the length of the block."""
    if engine.program() == "docker":
        yield Path("/var/run/docker.sock")
        return
    socket = folder / "podman.sock"
    with subprocess.Popen(["podman", "system", "service", "--time=0", f"unix://{socket}"], stderr=subprocess.DEVNULL) as service:
        try:
            until("podman's API is there", socket.exists)
            yield socket
        finally:
            service.terminate()


def remove() -> None:
    """The embedded AWS first, so that it starts no task again."""
    for condition in (f"name={CONTAINER}", f"network={NETWORK}"):
        for container in containers(condition):
            engine.remove(container)
    if NETWORK in engine.call("network", "ls", "--format={{.Name}}").split():
        engine.call("network", "rm", NETWORK)


def containers(*conditions: str, show: str = "{{.ID}}") -> list[str]:
    """All containers for which the conditions hold (name=…, network=…, label=…), running or not."""
    filters = [f"--filter={condition}" for condition in conditions]
    return engine.call("ps", "--all", *filters, f"--format={show}").split()


def tasks(*conditions: str, show: str = "{{.ID}}") -> list[str]:
    """The containers of tasks that run."""
    return containers("label=com.amazonaws.ecs.task-arn", "status=running", *conditions, show=show)


def until(what: str, happened: Callable[[], object]) -> None:
    """Returns as soon as ``happened()`` is true; fails after ``SECONDS``."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if happened():
                return
        time.sleep(0.2)
    pytest.fail(f"Waited {SECONDS} s in vain until {what}.")
