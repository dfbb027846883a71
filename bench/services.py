"""How each measured service is started: all with two workers, and twelve threads where there are threads."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import canned
from bench.processes import ROOT, Caller, Server, free_port

WORKERS, THREADS = 2, 12
BENCH_VENV, FASTAPI_VENV = ROOT / ".venv-bench", ROOT / ".venv-bench-fastapi"
BASELINE: Final = "4142ff8"
"""The commit before the service was made plain: its own web server, and the fast path in five modules."""

_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_GUNICORN = ["-m", "gunicorn", "--config", "todo_project/gunicorn.conf.py"]


def baseline_tree(folder: Path) -> Path:
    """The files of the commit `BASELINE`, taken out of the repository once.

    :raises SystemExit: the repository does not have it.
    """
    tree = folder / BASELINE
    if not tree.exists():
        archive = subprocess.run(["git", "archive", BASELINE], cwd=ROOT, capture_output=True, check=False)
        if archive.returncode:
            sys.exit(f"The commit {BASELINE} is not here; this is a shallow clone. Get all of them: git fetch --unshallow")
        tree.mkdir(parents=True)
        subprocess.run(["tar", "--extract", "--directory", tree], input=archive.stdout, check=True)
    return tree


@dataclass(frozen=True)
class Setting:
    """What all servers of one run share: the folder of their logs, the tree of the baseline, and the port of the stub."""

    folder: Path
    baseline: Path
    stub: int = field(default_factory=free_port)

    def start_stub(self, *, delay_ms: float = 0) -> Server:
        port = free_port() if delay_ms else self.stub
        command = [sys.executable, "-m", "bench.stub", f"--port={port}", f"--delay-ms={delay_ms}"]
        command += [f"--key-set={self.folder / 'jwks.json'}"]
        return Server.start("stub", command, port=port, environment={}, log=self.folder / f"stub-{port}.log", path="/calls")

    def start_ours(
        self, service: str, *, tree: Path = ROOT, wsgi: str = "todo_project.wsgi", stub: int | None = None, **variables: str
    ) -> Server:
        """`todos` or `files` as its container runs it; `variables` are more of its environment."""
        port = free_port()
        environment = {**self.variables(service, stub or self.stub), "BIND": f"127.0.0.1:{port}", **variables}
        log = self.folder / f"{service}-{port}.log"
        return Server.start(service, [sys.executable, *_GUNICORN, wsgi], port=port, environment=environment, log=log, tree=tree)

    def start_caller(self, **variables: str) -> Caller:
        """`bench.parts`, which calls `todos` itself; `variables` are more of its environment."""
        environment = {**self.variables("todos", self.stub), **variables}
        return Caller.start([sys.executable, "-m", "bench.parts"], environment, self.folder / "callers.log")

    def variables(self, service: str, stub: int) -> dict[str, str]:
        """The environment of a service that uses the stub on this port."""
        endpoint = f"http://127.0.0.1:{stub}"
        return {
            **_KEYS,
            "DJANGO_SETTINGS_MODULE": f"todo_project.settings.{service}",
            "SECRET_KEY": "bench" * 12,
            "ALLOWED_HOSTS": "127.0.0.1",
            "AWS_REGION": canned.REGION,
            "AWS_ENDPOINT_URL": endpoint,
            "TODOS_TABLE": "todos",
            "FILES_TABLE": "files",
            "ATTACHMENTS_BUCKET": "bench-attachments",
            "COGNITO_USER_POOL_ID": canned.POOL,
            "COGNITO_CLIENT_ID": canned.CLIENT,
            "COGNITO_JWKS_URL": f"{endpoint}/jwks.json",
            "WEB_CONCURRENCY": str(WORKERS),
            "WEB_THREADS": str(THREADS),
            "MALLOC_ARENA_MAX": "2",  # as the images have it
        }

    def start_other(self, name: str) -> Server:
        """`flask` or `fastapi`."""
        port = free_port()
        environment = {**_KEYS, "BENCH_ENDPOINT": f"http://127.0.0.1:{self.stub}"}
        if name == "fastapi":
            command = [str(FASTAPI_VENV / "bin" / "uvicorn"), "bench.baselines.fastapi_app:app", f"--workers={WORKERS}"]
            command += ["--host=127.0.0.1", f"--port={port}", "--no-access-log", "--log-level=warning"]
        else:
            command = [str(BENCH_VENV / "bin" / "gunicorn"), f"--workers={WORKERS}", f"--threads={THREADS}", "--reuse-port"]
            command += [f"--bind=127.0.0.1:{port}", "--keep-alive=75", "--no-control-socket", "bench.baselines.flask_app:app"]
        return Server.start(name, command, port=port, environment=environment, log=self.folder / f"{name}-{port}.log")
