"""What stands in front of containers, as Debian packages it: nginx with compose's configuration, and HAProxy."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from local.aws.state import ROOT
from tests.local.users import free_port
from tests.prove.serving import wait_until

HAPROXY = """
global
  stats socket {folder}/admin level admin
  tune.bufsize {buffer}
defaults
  mode http
  retries 0
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend site
  bind 127.0.0.1:{port}
  option http-buffer-request
  default_backend service
backend service
  http-reuse always
{servers}
"""


def needs(program: str) -> None:
    """Skips a test where a program is not installed. .ci/run installs both, and there it fails."""
    if shutil.which(program) is None and not os.environ.get("CI"):
        pytest.skip(f"{program} is not installed")


class Front:
    """A program that listens on `port`."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.port = port
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        wait_until(self._listens)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """Ends it at once."""
        self.process.terminate()
        self.process.wait()


def start_nginx(folder: Path, *, todos: int, files: int) -> Front:
    """compose/nginx.conf before the services on these ports."""
    needs("nginx")
    port = free_port()
    conf = (ROOT / "compose" / "nginx.conf").read_text(encoding="utf-8")
    for before, after in {
        "/tmp/": f"{folder}/",  # noqa: S108
        "/srv/page": str(folder),
        "listen 8000": f"listen 127.0.0.1:{port}",
        "listen 14566": f"listen 127.0.0.1:{free_port()}",
        "127.0.0.1:8080": f"127.0.0.1:{todos}",
        "127.0.0.1:8081": f"127.0.0.1:{files}",
    }.items():
        assert before in conf
        conf = conf.replace(before, after)
    (folder / "nginx.conf").write_text(conf, encoding="utf-8")
    return Front(["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off; user root;"], port, folder / "nginx.log")


class HAProxy(Front):
    """Passes each request on, over connections that all clients share. It tries nothing twice.

    `buffer_bytes`: what it holds of a request and of a response.
    """

    def __init__(self, folder: Path, *ports: int, buffer_bytes: int = 16 * 1024) -> None:
        needs("haproxy")
        self._admin, port = folder / "admin", free_port()
        servers = "\n".join(f"  server s{number} 127.0.0.1:{each}" for number, each in enumerate(ports))
        text = HAPROXY.format(folder=folder, port=port, buffer=buffer_bytes, servers=servers)
        (folder / "haproxy.cfg").write_text(text, encoding="utf-8")
        super().__init__(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], port, folder / "haproxy.log")
        wait_until(self._admin.exists)

    def tell(self, command: str) -> str:
        """One command of its management interface, and the response."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self._admin))
            admin.sendall(f"{command}\n".encode())
            response = b""
            while piece := admin.recv(65536):
                response += piece
        return response.decode()

    def register(self, number: int, port: int) -> None:
        """Requests go to server `number` from now on, which is on `port`."""
        self.tell(f"set server service/s{number} addr 127.0.0.1 port {port}")
        self.tell(f"set server service/s{number} state ready")

    def deregister(self, number: int) -> None:
        """No request goes to server `number` any more; returns when none is in progress there."""
        self.tell(f"set server service/s{number} state maint")
        deadline = time.monotonic() + 60
        while self._in_progress(number):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _in_progress(self, number: int) -> int:
        rows = [row.split(",") for row in self.tell("show stat").splitlines()]
        names = rows[0]
        [found] = [row for row in rows if row[:2] == ["service", f"s{number}"]]
        return int(found[names.index("scur")])
