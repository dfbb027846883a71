"""Exercise 5: find one request in the logs of API Gateway, load balancer and container.

The lines have the formats of the environment: the access log of stack api, the load balancer's access log, the containers' JSON.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

REPORTED: Final = "JKJaXmPLvHcESHA="
FINDING: Final = {
    "requestID": "1-6b041606-c83add42a8830e0f1ab896f9",
    "task": "10.20.64.17",
    "cause": "ProvisionedThroughputExceededException",
}


def _lines(*parts: dict[str, object]) -> str:
    return "".join(f"{json.dumps(part)}\n" for part in parts)


def _api(request: str, status: int, route: str = "GET /api/{owner}/todos") -> dict[str, object]:
    return {"requestId": request, "route": route, "status": status, "integrationStatus": status, "responseLatency": 5741}


def _load_balancer(task: str, status: int, root: str) -> str:
    balancer = f"http 2026-11-23T10:31:40.736Z app/todo-platform/50dc6c495c0c9188 10.20.144.9:41522 {task} 0.001 5.739 0.000"
    request = '"GET http://internal:80/api/me/todos HTTP/1.1"'
    return f'{balancer} {status} {status} 412 298 {request} "-" - - target "Root={root}" "-" "-" 10\n'


def _container(request: str, api: str, status: int, level: str = "INFO", **more: object) -> dict[str, object]:
    line = {"time": "2026-11-23 10:31:40,735", "level": level, "service": "todos", "requestID": request, "apiRequestID": api}
    return {**line, "status": status, "route": "GET /api/{owner}/todos", **more}


FILES: Final = {
    "api-gateway.log": _lines(
        _api("JKJaWnTPPHcEP0A=", 503), _api("JKJaXgAAvHcEQ2w=", 200), _api(REPORTED, 503), _api("JKJaYkkQPHcEPZQ=", 401)
    ),
    "load-balancer.log": _load_balancer("10.20.48.201:8080", 503, "1-6b041605-0f1ab896f9c83add42a8830e")
    + _load_balancer("10.20.48.201:8080", 200, "1-6b041606-2a8830e0f1ab896f9c83add4")
    + _load_balancer("10.20.64.17:8080", 503, FINDING["requestID"]),
    "todos.log": _lines(
        _container(
            "1-6b041605-0f1ab896f9c83add42a8830e", "JKJaWnTPPHcEP0A=", 503, "WARNING", cause="ConnectTimeoutError", calls=2
        ),
        _container("1-6b041606-2a8830e0f1ab896f9c83add4", "JKJaXgAAvHcEQ2w=", 200, calls=1),
        _container(FINDING["requestID"], REPORTED, 503, "WARNING", cause=FINDING["cause"], calls=2),
    ),
    "finding.json": '{"requestID": "", "task": "", "cause": ""}\n',
}


def check(folder: Path) -> Iterator[str]:
    """Each part of the finding that is wrong, without the right one."""
    found = json.loads((folder / "finding.json").read_text())
    for name, value in FINDING.items():
        if found.get(name) != value:
            yield f"`{name}` in finding.json is not that of the request {REPORTED}."
