"""An embedded AWS of the rehearsal's own: free port, empty, forgotten afterwards, with IAM enforced."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Any, Final

import boto3
import httpx

from deploy.rehearsal.waiting import until

if TYPE_CHECKING:
    from deploy.rehearsal.processes import Processes

REGION: Final = "eu-central-1"
START_SECONDS: Final = 60
ROOT_KEY: Final = "test"
"""The embedded AWS lets this key do everything: the administrator who deploys. Roles are held to their policies."""

SIGN_UP_CODE: Final = "123456"


class Emulator:
    """A running embedded AWS at ``url``."""

    def __init__(self, processes: Processes) -> None:
        self.region = REGION
        self._session = boto3.Session(ROOT_KEY, ROOT_KEY, region_name=REGION)
        self._clients: dict[tuple[str, str], Any] = {}  # making one takes a good part of a second
        self.port = free_port("127.0.0.1")
        self.url = f"http://127.0.0.1:{self.port}"
        folder = processes.folder / "aws"
        folder.mkdir()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "AUTH": "true",
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "IOT_MTLS_ENABLED": "0",  # would listen on every interface
            "STATE_DIR": str(folder / "state"),
            "S3_DATA_DIR": str(folder / "s3"),
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{self.port}"]
        process = processes.start("aws", [*command, "--keep-alive", "75", "--log-level", "WARNING"], environment)
        until("the embedded AWS answers", lambda: self._answers() if process.poll() is None else False, START_SECONDS)

    def client(self, service: Any, region: str = REGION) -> Any:
        """A boto3 client with the administrator's keys."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._session.client(service, region, endpoint_url=self.url)
        return self._clients[service, region]

    def confirmation_code(self, _: str) -> str:
        """The code that the embedded Cognito takes for every address; it sends none, and refuses all others."""
        return SIGN_UP_CODE

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_ministack/health").is_success
        except httpx.TransportError:
            return False


def free_port(address: str) -> int:
    """A TCP port nobody listens on at this address at the moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
