"""What gunicorn's master does before it forks the workers: it holds all that they share, and nothing they may not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {
    "SECRET_KEY": "x",
    "ALLOWED_HOSTS": "localhost",
    "AWS_REGION": "eu-central-1",
    "TODOS_TABLE": "todos",
    "FILES_TABLE": "files",
    "ATTACHMENTS_BUCKET": "bucket",
    "COGNITO_USER_POOL_ID": "eu-central-1_x",
    "COGNITO_CLIENT_ID": "client",
}

MASTER = """
import gc, json, os, runpy, sys, threading
server = runpy.run_path("todo_project/gunicorn.conf.py")
from todo_project.wsgi import application
server["when_ready"](None)
from todo_project.aws import dynamodb, sdk
links = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
before = set(sys.modules)
read = []
loader = sdk.core().get_component("data_loader").file_loader
load_file = loader.load_file
loader.load_file = lambda path: read.append(path) or load_file(path)
state = {
    "threads": threading.active_count(),
    "sockets": [link for link in links if link.startswith("socket:")],
    "clients": dynamodb.client.cache_info().currsize,
    "views": sorted(name for name in sys.modules if name.endswith(".views") and name.split(".")[0] in ("todos", "files")),
    "frozen": gc.get_freeze_count() > 0,
    "describes": "drf_spectacular.openapi" in sys.modules,
}
os.environ.update(AWS_ACCESS_KEY_ID="-", AWS_SECRET_ACCESS_KEY="-")
server["post_worker_init"](None)
# What is not there is looked for again, and may be.
print(json.dumps(state | {"preload": server["preload_app"], "read": [path for path in read if load_file(path)],
                          "imported": sorted(name for name in set(sys.modules) - before if "." not in name)}))
"""


@pytest.fixture(scope="module", params=["todos", "files"])
def master(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """A service's name, and what its master holds just before the fork and loads after it."""
    variables = {**VARIABLES, "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{request.param}"}
    done = subprocess.run([sys.executable, "-c", MASTER], cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
    return request.param, json.loads(done.stdout)


def test_it_works(master: Any) -> None:
    service, held = master
    assert held["preload"]
    assert held["views"] == [f"{service}.views"]


def test_it_holds_no_thread_no_socket_and_no_client(master: Any) -> None:
    _, held = master
    assert (held["threads"], held["sockets"], held["clients"]) == (1, [], 0)


def test_what_it_holds_is_never_looked_at_by_the_collector(master: Any) -> None:
    _, held = master
    assert held["frozen"]


def test_it_does_not_load_what_describes_the_api(master: Any) -> None:
    _, held = master
    assert not held["describes"]


def test_a_worker_reads_and_imports_nothing_more_for_its_clients(master: Any) -> None:
    _, held = master
    assert (held["read"], held["imported"]) == ([], [])
