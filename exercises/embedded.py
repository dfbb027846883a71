"""An embedded AWS for one check: empty, on a free port, with IAM enforced, gone afterwards."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import boto3

REGION: Final = "eu-central-1"
ROOT_KEY: Final = "test"
"""The embedded AWS lets this key do everything; roles are held to their policies."""
START_SECONDS: Final = 60


@dataclass(frozen=True)
class EmbeddedAWS:
    """A running one."""

    url: str

    def client(self, service: Any, key: str = ROOT_KEY, secret: str = ROOT_KEY, token: str | None = None) -> Any:
        """A boto3 client with these keys; without any, the administrator's."""
        session = boto3.Session(key, secret, token, region_name=REGION)
        return session.client(service, endpoint_url=self.url)


@contextmanager
def embedded_aws() -> Iterator[EmbeddedAWS]:
    """Starts one and waits until it responds."""
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "AUTH": "true",
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "IOT_MTLS_ENABLED": "0",  # would listen on every interface
            "DOCKER_HOST": "unix:///nonexistent/docker.sock",
            "STATE_DIR": str(Path(folder) / "state"),
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}", "--log-level", "ERROR"]
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port, process)
            yield EmbeddedAWS(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(10)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until it accepts connections. Raises TimeoutError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The embedded AWS did not start.")
