"""Load from wrk: one thread, a number of connections, each sending its next request when the last is answered."""

import http.client
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Server

ATTEMPTS = 3
SCRIPT = Path(__file__).with_name("request.lua")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent again and again."""

    method: str
    path: str
    authorization: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it. Times in milliseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float


def generator() -> str:
    """Where wrk is.

    :raises SystemExit: nowhere.
    """
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("The load comes from wrk, which is not installed. Install it: apt-get install wrk")
    return found


def run(server: Server, request: Request, *, seconds: int, connections: int = 16, think_ms: int = 0, warm: bool = False) -> Run:
    """Loads a server and says how it bore it. `warm`: what comes of it does not matter.

    :raises SystemExit: it answered errors; what it was asked is named.
    """
    command = [generator(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "--latency", "-s", str(SCRIPT)]
    command += [
        f"http://127.0.0.1:{server.port}{request.path}",
        "--",
        request.method,
        request.authorization,
        request.body,
        str(think_ms),
    ]
    for _ in range(ATTEMPTS):  # on a machine busy with other work a short load may see no answer at all
        before = server.cpu()
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        told = json.loads(output.rstrip().rsplit("\n", 1)[1])
        used = server.cpu() - before
        if warm or (told["requests"] and not told["errors"]):
            break
    if warm:
        return Run(0, 0, 0, 0)
    if told["errors"] or not told["requests"]:
        raise SystemExit(
            f"{server.name}: {told['requests']} answers, {told['errors']} errors to {request.method} {request.path}."
        )
    return Run(
        rate=told["requests"] / told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
        cpu=used / told["requests"] * 1000,
    )


def once(server: Server, path: str, times: int = 3) -> float:
    """CPU milliseconds of a GET, one after the other: for what takes too long for wrk."""
    before = server.cpu()
    for _ in range(times):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"{server.name} answered {answer.status} to GET {path}.")
    return (server.cpu() - before) / times * 1000
