"""What is measured. Everything of one round runs right after another, so that a ratio compares like with like."""

import sys
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

from bench import canned
from bench.load import Request, run
from bench.processes import Caller, Server
from bench.services import BASELINE, Setting
from bench.tokens import Issuer

NEW_TODO: Final = '{"title": "Buy milk and bread", "description": "Two litres, and the dark one.", "dateDue": "2026-12-24"}'
OURS, BEFORE, FLASK, FASTAPI = "this project", f"commit {BASELINE}", "Flask + boto3", "FastAPI + aioboto3"
NETWORK_MS: Final = 5
SHORT: Final = 6
"""Factor for the rounds of what `bench.parts` measures: each takes only a twentieth of a second."""
PARTS: Final = (
    "fast path",
    "fast path: signature",
    "fast path: connection",
    "fast path: JSON as it is",
    "verified tokens",
    "input fields made once",
    "orjson in responses",
    "no check of parameters",
)
"""What `bench.parts` can leave out."""
TRACED: Final = "nothing, with `--tracing`"
"""Measured beside them: on average, with a twentieth of the requests traced and sent."""
DEPTHS: Final = {"the server alone": "/bench/server", "Django": "/bench/django", "Django REST framework, the token": "/bench/drf"}


@dataclass(frozen=True)
class Work:
    """One kind of request, sent to ours (with a token) and to the others (without)."""

    name: str
    count: int
    method: str
    path: str
    body: str = ""
    service: str = "todos"


LIST_100: Final = Work("list of 100", 100, "GET", f"/api/{canned.owner(100)}/todos?limit=100")
LIST_10: Final = Work("list of 10", 10, "GET", f"/api/{canned.owner(10)}/todos?limit=10")
READ: Final = Work("read one", 1, "GET", f"/api/{canned.owner(1)}/todos/{canned.TODO_ID}")
CREATE: Final = Work("create", 1, "POST", f"/api/{canned.owner(1)}/todos", NEW_TODO)
FILES: Final = Work("list of 20 files", 20, "GET", f"/api/{canned.TODO_ID}/files", service="files")
WORKS: Final = (LIST_100, LIST_10, READ, CREATE, FILES)

Process = TypeVar("Process", Server, Caller)
Runs = dict[str, dict[str, list[dict[str, float]]]]
"""By kind of request and by server, what came of each round."""


class Bench:
    """All servers of one run, up at once: those that are idle cost nothing."""

    def __init__(self, setting: Setting, *, rounds: int) -> None:
        self.setting, self.rounds = setting, rounds
        self.issuer = Issuer()
        self.issuer.write_key_set(setting.folder / "jwks.json")
        self.servers: list[Server | Caller] = []

    def close(self) -> None:
        """Ends every process that was started."""
        for server in self.servers:
            server.stop()

    def up(self, server: Process) -> Process:
        """Remembers a process to be ended."""
        self.servers.append(server)
        return server

    def load(self, server: Server, work: Work, **options: Any) -> dict[str, float]:
        """One run of `work`."""
        ours = server.name in {"todos", "files"}
        # The others have no token that could say whose files are wanted.
        path = work.path if ours or work.service == "todos" else f"/api/{canned.owner(work.count)}{work.path[4:]}"
        return run(server, Request(work.method, path, self._token(work) if ours else "", work.body), **options)

    def call(self, caller: Caller, work: Work, encoding: str = "") -> dict[str, float]:
        """`work` again and again, without a server."""
        return caller(asdict(Request(work.method, work.path, self._token(work), work.body, encoding)))

    def _token(self, work: Work) -> str:
        return f"Bearer {self.issuer.access_token(work.count)}"

    def run(self) -> dict[str, Any]:
        """Starts the servers, measures, and returns the results as plain data."""
        self.up(self.setting.start_stub())
        ours, before = (
            {name: self.up(self.setting.start_ours(name, **options)) for name in ("todos", "files")}
            for options in ({}, {"tree": self.setting.baseline})
        )
        others = {FLASK: self.up(self.setting.start_other("flask")), FASTAPI: self.up(self.setting.start_other("fastapi"))}
        table = self._table(ours, before, others)
        return {
            "rounds": self.rounds,
            "table": table,
            "ready": {name: server.ready for name, server in ours.items()},
            "memory": {name: {"worker": one.worker_megabytes(), "all": one.megabytes()} for name, one in ours.items()},
            "network": self._network(ours["todos"]),
            "compression": self._compression(),
            "depths": self._depths(others[FASTAPI]),
            "parts": self._parts(),
        }

    def _rounds(self, what: str, loads: dict[tuple[str, str], Any], times: int = 1) -> Runs:
        """Every load in each round, in turns forwards and backwards, after a first one that does not count.

        :param times: multiplies the number of rounds.
        """
        rounds = times * self.rounds
        runs: Runs = {}
        for work, name in loads:
            runs.setdefault(work, {})[name] = []
        for turn in range(-1, rounds):
            for (work, name), load in list(loads.items())[:: 1 if turn % 2 else -1]:
                done = load()
                if turn >= 0:
                    runs[work][name].append(done)
            print(f"bench: {what}, round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
        return runs

    def _table(self, ours: dict[str, Server], before: dict[str, Server], others: dict[str, Server]) -> Runs:
        loads = {}
        for work in WORKS:
            for name, server in {OURS: ours[work.service], BEFORE: before[work.service], **others}.items():
                loads[work.name, name] = lambda server=server, work=work: self.load(server, work)
        return self._rounds("requests", loads)

    def _network(self, ours: Server) -> Runs:
        """The same with and without some milliseconds of network in each call to DynamoDB."""
        slow = self.up(self.setting.start_stub(delay_ms=NETWORK_MS))
        waiting = self.up(self.setting.start_ours("todos", stub=slow.port))
        loads = {}
        for work in WORKS[:4]:
            for name, server in {"without": ours, "with": waiting}.items():
                loads[work.name, name] = lambda server=server, work=work: self.load(server, work, connections=32)
        return self._rounds("network", loads)

    def _compression(self) -> Runs:
        caller = self.up(self.setting.start_caller())
        loads = {
            (LIST_100.name, name): lambda name=name: self.call(caller, LIST_100, encoding=name) for name in ("identity", "gzip")
        }
        return self._rounds("compression", loads, SHORT)

    def _depths(self, fastapi: Server) -> Runs:
        """What a read's CPU time is made of, here and there."""
        server = self.up(self.setting.start_ours("todos", wsgi="bench.parts"))
        deep = {name: Work(name, 1, "GET", path) for name, path in DEPTHS.items()}
        loads = {(OURS, name): lambda work=work: self.load(server, work) for name, work in {**deep, READ.name: READ}.items()}
        shallow = Work("FastAPI", 1, "GET", "/healthz")
        loads |= {(FASTAPI, work.name): lambda work=work: self.load(fastapi, work) for work in (shallow, READ)}
        return self._rounds("depths", loads)

    def _parts(self) -> Runs:
        """The same with each part left out, and with traces."""
        start = self.setting.start_caller
        callers = {"": self.up(start()), PARTS[0]: self.up(start(AWS_FAST_PATH="false"))}
        callers |= {part: self.up(start(BENCH_WITHOUT=part)) for part in PARTS[1:]}
        callers[TRACED] = self.up(start(TRACES=f"http://127.0.0.1:{self.setting.stub}/v1/traces"))
        loads = {}
        for work in (LIST_100, READ, CREATE):
            for name, caller in callers.items():
                loads[work.name, name] = lambda caller=caller, work=work: self.call(caller, work)
        return self._rounds("parts", loads, SHORT)
