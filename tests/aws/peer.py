"""A DynamoDB that returns the next of its responses to each request, and clients that call it."""

import socket
import threading
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from todo_project.aws.fast_path import accelerate

ITEM = b'{"Item":{"a":{"S":"b"}}}'
OK = b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: R\r\nContent-Length: %d\r\n\r\n%s" % (len(ITEM), ITEM)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(ITEM), ITEM)
CLOSING = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
REFUSED = b"HTTP/1.1 400 Bad\r\nContent-Length: 43\r\n\r\n" + b'{"__type":"x#ValidationException","m":"no"}'


class Peer:
    """A server that returns the next of its responses to each request; None hangs up. It counts connections."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self.answers, self.requests, self.connections, self.pieces = answers, [], 0, 1
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while self.answers:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection:
            while self.answers and (request := self.read(connection)):
                self.requests.append(request)
                answer = self.answers.pop(0)
                if answer is None:
                    return
                for piece in self.cut(answer):
                    connection.sendall(piece)
                if b"Connection: close" in answer:
                    return
        # the client closes first, so that every response is read

    def cut(self, answer: bytes) -> list[bytes]:
        """A response in pieces of equal length."""
        size = -(-len(answer) // self.pieces)
        return [answer[at : at + size] for at in range(0, len(answer), size)]

    @staticmethod
    def read(connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@cache
def session() -> botocore.session.Session:
    made = botocore.session.Session()
    made.set_credentials("a", "b")
    return made


def client_at(url: str, attempts: int = 1, *, fast: bool = True, patience: float = 10) -> Any:
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    config = Config(connect_timeout=patience, read_timeout=patience, retries=retries)
    made = session().create_client("dynamodb", "eu-west-1", endpoint_url=url, config=config)
    if fast:
        accelerate(made, session())
    return made


def get(client: Any) -> Any:
    return client.get_item(TableName="t", Key={"a": {"S": "ü"}})


def headers_of(request: bytes) -> dict[str, str]:
    _, *lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return {line.partition(":")[0].lower(): line.partition(": ")[2] for line in lines}


def is_fast(request: bytes) -> bool:
    """botocore numbers its attempts; the fast path's is the only one without a number."""
    return "amz-sdk-request" not in headers_of(request)
