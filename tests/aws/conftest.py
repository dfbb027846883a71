"""The fixtures of the tests of calls to DynamoDB."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.aws.peer import Peer, client_at


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    made: list[Peer] = []

    def start(*answers: bytes | None) -> Peer:
        made.append(Peer(list(answers)))
        return made[-1]

    yield start
    for one in made:
        one.socket.close()


@pytest.fixture(params=["stock", "fast"])
def client(request: Any) -> Iterator[Callable[..., Any]]:
    """A client of botocore's, or an accelerated one."""
    made: list[Any] = []

    def make(url: str, attempts: int = 1, patience: float = 10) -> Any:
        made.append(client_at(url, attempts, fast=request.param == "fast", patience=patience))
        return made[-1]

    yield make
    for one in made:
        one.close()
