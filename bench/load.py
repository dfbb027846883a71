"""Load from wrk: one thread, a number of connections, each sending its next request when it has the last response."""

import json
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
    encoding: str = ""  # of Accept-Encoding; wrk asks for none


def run(server: Server, request: Request, *, seconds: int = 1, connections: int = 16) -> dict[str, float]:
    """Loads a server: requests a second, p50 and p99 in milliseconds, CPU milliseconds and bytes of a response.

    :raises SystemExit: it returned errors; names the request.
    """
    command = ["wrk", "-t1", f"-c{connections}", "--timeout", "20s", "--latency", "-s", str(SCRIPT)]
    command += [f"http://127.0.0.1:{server.port}{request.path}", "--", request.method]
    command += [request.authorization, request.body]
    for attempt in range(ATTEMPTS):  # on a computer busy with other work a short load may see no response at all
        before = server.cpu()
        timed = [command[0], f"-d{seconds * 3**attempt}s", *command[1:]]
        output = subprocess.run(timed, check=True, capture_output=True, text=True).stdout
        told = json.loads(output.rstrip().rsplit("\n", 1)[1])
        used = server.cpu() - before
        if told["requests"] and not told["errors"]:
            break
    if told["errors"] or not told["requests"]:
        raise SystemExit(f"{server.name}: {told['requests']} responses, {told['errors']} errors to {request}.")
    return {
        "rate": told["requests"] / told["seconds"],
        "p50": told["p50"],
        "p99": told["p99"],
        "cpu": used / told["requests"] * 1000,
        "bytes": told["bytes"] / told["requests"],
    }
