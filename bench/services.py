"""How each measured service is started: all with two workers, and twelve threads where there are threads."""

import os
from dataclasses import dataclass
from pathlib import Path

from bench import canned
from bench.processes import ROOT, Server, free_port

WORKERS, THREADS = 2, 12
ENVIRONMENTS = {".venv-bench": "requirements.txt", ".venv-bench-fastapi": "requirements-fastapi.txt"}
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Setting:
    """What all of one run share."""

    folder: Path
    python: Path
    stub: int

    def binary(self, environment: str, name: str) -> str:
        return str(ROOT / environment / "bin" / name)

    def start_stub(self, *, delay_ms: float = 0) -> Server:
        port = free_port() if delay_ms else self.stub
        command = [str(self.python), "-m", "bench.stub", f"--port={port}", f"--delay-ms={delay_ms}"]
        command += [f"--key-set={self.folder / 'jwks.json'}"]
        return Server.start("stub", command, port=port, environment={}, log=self.folder / f"stub-{port}.log", path="/calls")

    def start_ours(self, service: str, *, stub: int | None = None, off: str = "", workers: int = WORKERS) -> Server:
        """`todos` or `files` as its container runs it."""
        port, endpoint = free_port(), f"http://127.0.0.1:{stub or self.stub}"
        environment = {
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
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": str(workers),
            "WEB_THREADS": str(THREADS),
            "OPTIMISATIONS_OFF": off,
            "MALLOC_ARENA_MAX": "2",  # as the images have it
        }
        command = [str(self.python), "-m", "gunicorn", "--config", "todo_project/gunicorn.conf.py", "todo_project.wsgi"]
        log = self.folder / f"{service}-{port}.log"
        return Server.start(service, command, port=port, environment=environment, log=log)

    def start_baseline(self, name: str) -> Server:
        """`flask`, `fastapi`, `floor` or `floor+parser`."""
        port = free_port()
        environment = {**_KEYS, "BENCH_ENDPOINT": f"http://127.0.0.1:{self.stub}", "BENCH_PARSER": str(int("parser" in name))}
        if name == "fastapi":
            command = [self.binary(".venv-bench-fastapi", "uvicorn"), "bench.baselines.fastapi_app:app", f"--workers={WORKERS}"]
            command += ["--host=127.0.0.1", f"--port={port}", "--no-access-log", "--log-level=warning"]
        else:
            application = "bench.baselines.flask_app:app" if name == "flask" else "bench.baselines.floor:app"
            command = [self.binary(".venv-bench", "gunicorn"), f"--workers={WORKERS}", f"--threads={THREADS}"]
            command += [f"--bind=127.0.0.1:{port}", "--keep-alive=75", "--no-control-socket", application]
        return Server.start(name, command, port=port, environment=environment, log=self.folder / f"{name}-{port}.log")


def working_folder(base: Path) -> Path:
    """Where logs and the key set of a run lie."""
    folder = base / f"run-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
