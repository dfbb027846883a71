"""compose.yaml comes up, serves a visitor, keeps its data over a restart and goes away: `docker compose` or podman-compose."""

import os
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from deploy import smoke
from tests import engine
from tests.journey import Work

ROOT = Path(__file__).resolve().parents[2]
PORT = 8010
URL = f"http://127.0.0.1:{PORT}"
SECONDS = 120
NO_TODO = "00000000-0000-4000-8000-000000000000"


def compose(*arguments):
    """In a project of its own, so that a person's volumes stay as they are."""
    program = ROOT / ".venv-containers" / "bin" / f"{engine.program()}-compose"
    environment = {**os.environ, "PORT": str(PORT), "BUILDAH_FORMAT": "docker"}
    done = subprocess.run(
        [program, "--project-name", "todo-test", "--profile", "purge", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout + done.stderr


def up():
    compose("up", "--detach", "proxy", "todos", "files", "aws")
    deadline = time.monotonic() + SECONDS
    while not all(answers(path) for path in ("/config.json", "/api/me/todos", f"/api/{NO_TODO}/files")):
        assert time.monotonic() < deadline, compose("logs", "--tail=20", "todos", "files")
        time.sleep(0.2)


def answers(path):
    """Whether what is behind the proxy is there, with whatever status but the proxy's own."""
    try:
        return httpx.get(f"{URL}{path}").status_code in {200, 401}
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module", autouse=True)
def running():
    compose("build")
    try:
        up()
        yield
    finally:
        compose("down", "--volumes")


def test_it_works():
    assert smoke.smoke(URL, Console())


def test_the_data_is_there_after_a_restart():
    with smoke.temporary(smoke.site(URL), "alice") as alice:
        alice.log_in()
        work = Work(alice)
        work.creates()
        work.attaches_through_the_service()
        compose("down")
        up()
        alice.log_in()
        work.downloads()


def test_the_purge_runs_once_when_asked():
    assert "purged" in compose("run", "--rm", "purge")


@pytest.mark.parametrize("service", ["aws", "todos", "files", "proxy"])
def test_a_container_writes_to_tmp_only(service):
    with pytest.raises(AssertionError, match="Read-only file system"):
        compose("exec", "-T", service, "sh", "-c", "cat /etc/hostname > /srv/written")
    compose("exec", "-T", service, "sh", "-c", "cat /etc/hostname > /tmp/written")
