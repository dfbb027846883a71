"""An embedded AWS of a test module's own, as a process on a free port: empty, with IAM enforced, forgotten afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import httpx

from tests.local.users import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"
START_SECONDS = 60


class Emulator:
    """A running embedded AWS at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Making one takes a good part of a second.
        self.client = cache(self._client)

    def _client(self, service: Any, region: str = REGION) -> Any:
        """With keys that may do everything: the administrator who deploys. Roles are held to their policies."""
        return boto3.Session("test", "test", region_name=region).client(service, endpoint_url=self.url)


@contextmanager
def embedded_aws() -> Iterator[Emulator]:
    """For the length of the block."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": folder,
            "TMPDIR": folder,
            "AUTH": "true",
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "IOT_MTLS_ENABLED": "0",  # would listen on every interface
            "STATE_DIR": f"{folder}/state",
            "S3_DATA_DIR": f"{folder}/s3",
            "LOG_LEVEL": "WARNING",
            # Under faketime both processes have the same clock, or no signature would be of today.
            **{name: value for name, value in os.environ.items() if name.startswith(("LD_PRELOAD", "FAKETIME"))},
        }
        command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}", "--keep-alive", "75"]
        with subprocess.Popen([*command, "--log-level", "WARNING"], env=environment) as process:
            try:
                _wait_until_it_answers(f"http://127.0.0.1:{port}/_ministack/health", process)
                yield Emulator(f"http://127.0.0.1:{port}")
            finally:
                process.terminate()


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
        assert process.poll() is None, f"The embedded AWS ended with {process.returncode}."
        assert time.monotonic() < deadline, "The embedded AWS does not respond."
