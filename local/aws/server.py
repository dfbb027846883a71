"""The process of the embedded AWS: `python -m local.aws.server`, started by connection.py, never by hand.

It serves MiniStack behind gate.py on a socket it was given, saves what was written every few seconds, and ends by itself
when nobody uses it any more: its starter holds the other end of its standard input, everyone else holds the lease. The
kernel closes both however a process ends, so `kill -9` leaves no server behind.

Own addresses, for programs only (a request with an Origin is refused):
    GET  /_localaws/identity     who this is: state directory, version, origins, what was provisioned, notices
    POST /_localaws/origins      JSON list: further origins of the local web application
    POST /_localaws/provisioned  JSON: remember it with the state, and save now
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.aws import gate, snapshots
from local.aws.emulator import Emulator
from local.aws.snapshots import Snapshot
from local.aws.state import StateDirectory, ministack_version, write_atomically

SAVE_DELAY_SECONDS: Final = 1.5
"""From the first unsaved write to its save. At most 5 s of writes may be lost; the rest is for the save itself."""

_READS: Final = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List")


class Server:
    """The ASGI application around MiniStack, and the life of the process."""

    def __init__(self, directory: StateDirectory, emulator: Emulator, snapshot: Snapshot, *, persistent: bool) -> None:
        self._directory = directory
        self._emulator = emulator
        self._persistent = persistent
        self._provisioned = snapshot.provisioned
        self.origins: set[str] = set()
        self.notices: list[str] = []
        self.failed = False
        self._requests = 0
        self._closing = False
        self._unsaved_since: float | None = None
        self._saving = asyncio.Lock()

    async def __call__(self, scope: gate.Scope, receive: gate.Receive, send: gate.Send) -> None:
        """Refuse, answer, or pass on to MiniStack."""
        if scope["type"] == "lifespan":
            await self._emulator.application(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # MiniStack's web sockets belong to services that are off; no answer closes the connection
        sentence = gate.refusal(scope, self.origins)
        if sentence is None and self._persistent and scope["path"] == "/_ministack/reset":
            sentence = "The local data is not forgotten over HTTP: stop the server and run `make reset`."
        if sentence is not None:
            await gate.answer(send, 403, sentence.encode())
        elif self._closing:
            await gate.answer(send, 503, b"The embedded AWS is shutting down.")
        elif scope["path"].startswith("/_localaws/"):
            await self._answer_own(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: gate.Scope, receive: gate.Receive, send: gate.Send) -> None:
        self._requests += 1
        writes = _may_write(scope)
        send = gate.naming_downloads(scope, send)
        try:
            await self._emulator.application(scope, receive, _marking(self, send) if writes else send)
        finally:
            self._requests -= 1
            if writes:
                self.mark_unsaved()

    def mark_unsaved(self) -> None:
        """Something may have been written."""
        if self._unsaved_since is None:
            self._unsaved_since = time.monotonic()

    async def _answer_own(self, scope: gate.Scope, receive: gate.Receive, send: gate.Send) -> None:
        if any(name.lower() == b"origin" for name, _ in scope["headers"]):
            await gate.answer(send, 403, b"This address is for programs, not for web pages.")
            return
        match scope["method"], scope["path"].removeprefix("/_localaws/"):
            case "GET", "identity":
                pass
            case "POST", "origins":
                self.origins |= set(json.loads(await _body(receive)))
            case "POST", "provisioned":
                self._provisioned = json.loads(await _body(receive))
                await self.save()
            case _:
                await gate.answer(send, 404, b"The embedded AWS has no such address of its own.")
                return
        identity = {
            "stateDirectory": str(self._directory.path),
            "ministack": ministack_version(),
            "pid": os.getpid(),
            "origins": sorted(self.origins),
            "provisioned": self._provisioned,
            "notices": self.notices,
        }
        await gate.answer(send, 200, json.dumps(identity).encode(), b"application/json")

    async def save(self) -> None:
        """Save everything now. Requests wait for the encoding only, not for the disk."""
        async with self._saving:
            while self._emulator.is_changing_stacks():  # noqa: ASYNC110  # a thread of MiniStack's, which tells nobody
                await asyncio.sleep(0.05)
            self._unsaved_since = None
            text = snapshots.encode(Snapshot(self._emulator.state(), self._provisioned), self._emulator.encode)
            await asyncio.to_thread(snapshots.save, self._directory.path, text)

    async def save_when_due(self) -> None:
        """Run for ever: save what has been unsaved for `SAVE_DELAY_SECONDS`."""
        while True:
            await asyncio.sleep(0.1)
            since = self._unsaved_since
            if since is None or time.monotonic() - since < SAVE_DELAY_SECONDS:
                continue
            try:
                await self.save()
            except Exception as error:  # noqa: BLE001 whatever it was: were this task to end, nothing would be saved any more
                self._unsaved_since = since
                reason = error.strerror if isinstance(error, OSError) else repr(error)
                _say(f"The embedded AWS cannot save its state to {self._directory.path}: {reason}. It tries again.")
                await asyncio.sleep(SAVE_DELAY_SECONDS)

    async def until_unused(self, stop: asyncio.Event, lease: int) -> None:
        """Return when the process shall end: a signal, or the starter and all holders of the lease are gone."""
        while True:
            while not stop.is_set() and (_is_held(0) or _is_held(lease)):  # noqa: ASYNC110  # no event on macOS
                await asyncio.sleep(0.1)
            # From here on whoever opened the lease learns from the answer 503 that it came too late.
            self._closing = True
            if stop.is_set() or not _is_held(lease):
                break
            self._closing = False
        deadline = time.monotonic() + 3
        while self._requests and time.monotonic() < deadline:  # noqa: ASYNC110  # once in a life
            await asyncio.sleep(0.02)
        if self._persistent:
            try:
                await asyncio.wait_for(self.save(), 10)
            except (OSError, TimeoutError) as error:
                self.failed = True
                _say(
                    f"The embedded AWS could not save its last state to {self._directory.path}: {error}. "
                    "The save before it is kept."
                )


def _marking(server: Server, send: gate.Send) -> gate.Send:
    """Mark before the answer leaves too: a save that begins in between must not count as one after it."""

    async def marked(message: gate.Message) -> None:
        server.mark_unsaved()
        await send(message)

    return marked


def _may_write(scope: gate.Scope) -> bool:
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return False
    target = next((value for name, value in scope["headers"] if name.lower() == b"x-amz-target"), b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(_READS)


async def _body(receive: gate.Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def _is_held(descriptor: int) -> bool:
    """Whether some process has the other end of this pipe open."""
    try:
        return os.read(descriptor, 1024) != b""
    except BlockingIOError:
        return True


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


async def run(directory: StateDirectory, listener: socket.socket, *, origins: list[str], persistent: bool) -> None:
    """Serve until unused. `listener` is bound, to 127.0.0.1, and listening."""
    port = listener.getsockname()[1]
    emulator = Emulator(directory, port=port, persistent=persistent)
    snapshot, notices = snapshots.load(directory.path, emulator.decode)
    emulator.fill(snapshot)
    server = Server(directory, emulator, snapshot, persistent=persistent)
    server.origins = set(origins)
    server.notices = notices

    directory.lease.unlink(missing_ok=True)
    os.mkfifo(directory.lease, 0o600)
    lease = os.open(directory.lease, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(0, False)
    write_atomically(directory.running, json.dumps({"pid": os.getpid(), "port": port}))

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    config.errorlog = "-"
    saver = asyncio.create_task(server.save_when_due()) if persistent else None
    try:
        application: Any = server  # hypercorn's types name every message, ours are ASGI's plain mappings
        await serve(application, config, shutdown_trigger=lambda: _then_exit_surely(server.until_unused(stop, lease)))
    finally:
        if saver:
            saver.cancel()
    if server.failed:
        raise SystemExit(1)


async def _then_exit_surely(until: Any) -> None:
    """After `until`, all is saved: whatever a connection or a thread still waits for must not hold the process."""
    try:
        await until
    finally:
        timer = threading.Timer(3, os._exit, [0])
        timer.daemon = True
        timer.start()


def main() -> None:
    """Read the arguments of connection.py and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.aws.server", description="Started by localaws itself.")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--socket", type=int, required=True, help="file descriptor of the listening socket")
    parser.add_argument("--origin", action="append", default=[])
    parser.add_argument("--in-memory", action="store_true", help="never save; remove the state directory at the end")
    arguments = parser.parse_args()
    directory = StateDirectory(arguments.state_dir)
    listener = socket.socket(fileno=arguments.socket)
    try:
        asyncio.run(run(directory, listener, origins=arguments.origin, persistent=not arguments.in_memory))
    finally:
        if arguments.in_memory:
            directory.forget()
        else:
            directory.lease.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
