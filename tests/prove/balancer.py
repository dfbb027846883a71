"""A load balancer as ECS knows it: keeps connections to its targets, and goes on sending to a deregistered one for a while."""

import asyncio
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass, field


@dataclass(eq=False)
class Target:
    """One container's address and the connections kept to it."""

    port: int
    registered: bool = True
    until: float = 0.0  # when deregistered: the last moment at which it still gets requests
    idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=deque)
    served: int = 0

    def takes(self) -> bool:
        """Whether requests go to it."""
        return self.registered or time.monotonic() < self.until


class Balancer:
    """In a thread of its own. It tries nothing twice: what a target loses is lost."""

    def __init__(self) -> None:
        self.targets: list[Target] = []
        self._turn = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self.port = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def register(self, port: int) -> Target:
        """A healthy target."""
        target = Target(port)
        self.targets.append(target)
        return target

    def deregister(self, target: Target, *, lag: float) -> None:
        """It gets requests for `lag` seconds more, as the parts of a real balancer hear of it one after the other."""
        target.until = time.monotonic() + lag
        target.registered = False

    def stop(self) -> None:
        """Ends it, with every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._close_all())
        self._loop.close()

    async def _close_all(self) -> None:
        for writer in list(self._open):
            writer.close()
        await asyncio.sleep(0.1)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                head, body, _ = await _message(reader)
                writer.write(await self._pass_on(head + body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._let_go(writer)

    def _let_go(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        writer.close()

    async def _pass_on(self, request: bytes) -> bytes:
        among = [target for target in self.targets if target.takes()]
        target = among[next(self._turn) % len(among)]
        writer = None
        try:
            if target.idle:
                reader, writer = target.idle.pop()
            else:
                reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
                self._open.add(writer)
            writer.write(request)
            await writer.drain()
            head, body, keep = await _message(reader)
        except (OSError, asyncio.IncompleteReadError):
            if writer:
                self._let_go(writer)
            return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
        target.served += 1
        if keep:
            target.idle.append((reader, writer))
        else:
            self._let_go(writer)
        return head.replace(b"Connection: close", b"Connection: keep-alive") + body


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes, bool]:
    """A request or an answer: head, body, and whether the connection stays open."""
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    body = b""
    if b"\r\ntransfer-encoding: chunked" in lower:
        while True:
            size = await reader.readuntil(b"\r\n")
            chunk = await reader.readexactly(int(size, 16) + 2)
            body += size + chunk
            if int(size, 16) == 0:
                break
    elif b"\r\ncontent-length:" in lower:
        length = int(lower.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
    return head, body, b"\r\nconnection: close" not in lower
