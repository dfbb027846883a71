"""What is measured. Everything of one round runs right after another, so that a ratio compares like with like."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from todo_project.aws.optimisations import OPTIMISATIONS

from bench import canned
from bench.load import Request, Run, once, run
from bench.processes import Server
from bench.services import Setting
from bench.tokens import Issuer

NEW_TODO: Final = '{"title": "Buy milk and bread", "description": "Two litres, and the dark one.", "dateDue": "2026-12-24"}'
OURS, FLASK, FASTAPI, FLOOR, FLOOR_PARSER = "this project", "Flask + boto3", "FastAPI + aioboto3", "floor", "floor + our parser"


@dataclass(frozen=True)
class Work:
    """One kind of request, sent to ours (with a token) and to the baselines (without)."""

    name: str
    count: int
    method: str
    path: str
    body: str = ""
    service: str = "todos"
    against: tuple[str, ...] = (FLASK, FASTAPI, FLOOR, FLOOR_PARSER)


def listing(limit: int, count: int | None = None) -> Work:
    """A page of `limit` to-dos out of `count` stored (as many as asked for where it is None)."""
    stored = limit if count is None else count
    return Work(f"list of {limit}", stored, "GET", f"/api/{canned.owner(stored)}/todos?limit={limit}")


WORKS: Final = (
    listing(100),
    listing(10),
    Work("read one", 1, "GET", f"/api/{canned.owner(1)}/todos/{canned.TODO_ID}"),
    Work("create", 1, "POST", f"/api/{canned.owner(1)}/todos", NEW_TODO),
    Work("list of 20 files", 20, "GET", f"/api/{canned.TODO_ID}/files", service="files", against=(FLASK, FASTAPI)),
)


class Bench:
    """All servers of one run, up at once: those that are idle cost nothing."""

    def __init__(self, setting: Setting, *, seconds: int, rounds: int, say: Callable[[str], None]) -> None:
        self.setting, self.seconds, self.rounds, self.say = setting, seconds, rounds, say
        self.issuer = Issuer()
        self.issuer.write_key_set(setting.folder / "jwks.json")
        self.servers: list[Server] = []
        self.results: dict[str, Any] = {"seconds": seconds, "rounds": rounds}

    def close(self) -> None:
        """Ends every process that was started."""
        for server in self.servers:
            server.stop()

    def up(self, server: Server) -> Server:
        """Remembers a server to be ended."""
        self.servers.append(server)
        return server

    def load(self, server: Server, work: Work, **options: Any) -> Run:
        """One run of `work` on ours (with its token) or on a baseline."""
        ours = server.name in {"todos", "files"}
        authorization = f"Bearer {self.issuer.access_token(work.count)}" if ours else ""
        path = (
            work.path if ours or work.service == "todos" else f"/api/{canned.owner(work.count)}{work.path.removeprefix('/api')}"
        )
        seconds = options.pop("seconds", self.seconds)
        return run(server, Request(work.method, path, authorization, work.body), seconds=seconds, **options)

    def everything(self) -> dict[str, Any]:
        """Starts the servers, measures, and returns the results as plain data."""
        self.up(self.setting.start_stub())
        ours = {name: self.up(self.setting.start_ours(name)) for name in ("todos", "files")}
        self.results["ready"] = {name: server.ready for name, server in ours.items()}
        names = {FLASK: "flask", FASTAPI: "fastapi", FLOOR: "floor", FLOOR_PARSER: "floor+parser"}
        baselines = {shown: self.up(self.setting.start_baseline(name)) for shown, name in names.items()}
        self.results["table"] = self._table(ours, baselines)
        self.results["memory"] = {
            **{OURS + " (" + name + ")": _memory(server) for name, server in ours.items()},
            **{name: _memory(server) for name, server in baselines.items()},
        }
        self.results["paced"] = self._equal_load(ours["todos"], baselines)
        self.results["concurrency"] = self._concurrency({OURS: ours["todos"], **baselines})
        self.results["page_size"] = self._cpu_by(ours["todos"], baselines[FLASK], (listing(n) for n in (1, 10, 25, 50, 100)))
        self.results["stored"] = self._stored(ours["todos"], baselines[FLASK])
        self.results["network"] = self._network(ours["todos"])
        self.results["switches"] = self._switches()
        return self.results

    def _table(self, ours: dict[str, Server], baselines: dict[str, Server]) -> dict[str, Any]:
        rows: dict[str, dict[str, list[dict[str, float]]]] = {}
        for turn in range(-1, self.rounds):
            for work in WORKS:
                servers = {OURS: ours[work.service], **{name: baselines[name] for name in work.against}}
                for name, server in servers.items():
                    if turn < 0:  # connections made, code loaded
                        self.load(server, work, seconds=2, warm=True)
                        continue
                    done = self.load(server, work)
                    rows.setdefault(work.name, {}).setdefault(name, []).append(_plain(done))
            self.say(f"round {turn + 1} of {self.rounds}" if turn >= 0 else "warm")
        return rows

    def _equal_load(self, ours: Server, baselines: dict[str, Server]) -> dict[str, Any]:
        """p99 where everybody serves the same number of requests: about half of what Flask can."""
        rows: dict[str, dict[str, list[dict[str, float]]]] = {}
        plain = {name: baselines[name] for name in (FLASK, FASTAPI, FLOOR)}
        for work in WORKS[:4]:
            most = median(one["rate"] for one in self.results["table"][work.name][FLASK])
            think = max(1, round(16 / (most / 2) * 1000))
            for _ in range(self.rounds):
                for name, server in {OURS: ours, **plain}.items():
                    done = self.load(server, work, connections=16, think_ms=think)
                    rows.setdefault(work.name, {}).setdefault(name, []).append(_plain(done))
        self.say("latency at equal load")
        return rows

    def _concurrency(self, servers: dict[str, Server]) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for connections in (1, 4, 16, 64):
            for name, server in servers.items():
                runs = [_plain(self.load(server, WORKS[1], connections=connections)) for _ in range(max(1, self.rounds // 2))]
                rows.setdefault(name, {})[connections] = {key: median(one[key] for one in runs) for key in runs[0]}
        self.say("latency by concurrency")
        return rows

    def _cpu_by(self, ours: Server, flask: Server, works: Iterable[Work]) -> dict[str, Any]:
        rows: dict[str, Any] = {}
        for work in works:
            for name, server in {OURS: ours, FLASK: flask}.items():
                runs = [self.load(server, work).cpu for _ in range(max(1, self.rounds // 2))]
                rows.setdefault(name, {})[work.name.removeprefix("list of ")] = median(runs)
        self.say("cost by page size")
        return rows

    def _stored(self, ours: Server, flask: Server) -> dict[str, Any]:
        """CPU of the first page of 50 by how many are stored; beside it Flask reading all, as the published service does."""
        rows: dict[str, dict[int, float]] = {OURS: {}, FLASK: {}, "reading everything": {}}
        for count in (10, 100, 1000, 10_000, 100_000):
            work = listing(50, count)
            rows[OURS][count] = self.load(ours, work).cpu
            rows[FLASK][count] = self.load(flask, work).cpu
            if count <= 10_000:  # noqa: PLR2004 beyond, one list would take half a minute
                rows["reading everything"][count] = once(flask, f"{work.path}&all=1")
        self.say("cost by stored to-dos")
        return rows

    def _network(self, ours: Server) -> dict[str, Any]:
        """Throughput with 5 ms of network in each call to DynamoDB, as a share of that without."""
        slow = self.up(self.setting.start_stub(delay_ms=5))
        waiting = self.up(self.setting.start_ours("todos", stub=slow.port))
        rows: dict[str, list[float]] = {}
        for turn in range(-1, self.rounds):
            for work in WORKS[:4]:
                if turn < 0:
                    self.load(waiting, work, connections=32, seconds=2, warm=True)
                    continue
                base, delayed = (self.load(server, work, connections=32).rate for server in (ours, waiting))
                rows.setdefault(work.name, []).append(delayed / base)
        self.say("5 ms of network")
        return rows

    def _switches(self) -> dict[str, Any]:
        """CPU a request with everything on, and with each optimisation off, in turns."""
        variants: dict[str, dict[str, Server]] = {}
        for name in ["none", *OPTIMISATIONS, "all"]:
            off = {"none": "", "all": ",".join(OPTIMISATIONS)}.get(name, name)
            services = ("files",) if name == "signer" else ("todos", "files") if name in {"none", "all"} else ("todos",)
            variants[name] = {service: self.up(self.setting.start_ours(service, off=off, workers=1)) for service in services}
        rows: dict[str, dict[str, list[float]]] = {}
        for turn in range(-1, self.rounds // 2 + 1):
            for work in WORKS:
                for name, servers in variants.items():
                    if work.service in servers:
                        done = self.load(
                            servers[work.service], work, connections=4, seconds=max(1, self.seconds // 2), warm=turn < 0
                        )
                        if turn >= 0:
                            rows.setdefault(work.name, {}).setdefault(name, []).append(done.cpu)
        self.say("each optimisation off")
        return rows


def _plain(done: Run) -> dict[str, float]:
    return {"rate": done.rate, "p50": done.p50, "p99": done.p99, "cpu": done.cpu}


def _memory(server: Server) -> dict[str, float]:
    return {"worker": server.worker_megabytes(), "all": server.megabytes()}
