"""A client's socket as the worker sees it: reading never waits, small pieces of an answer go out together."""

import socket
from collections.abc import Iterator

import pytest
from gunicorn import util

from todo_project.connection import IN_MEMORY, Client


@pytest.fixture
def pair() -> Iterator[tuple[Client, socket.socket]]:
    """The worker's end, and the client's."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    yield Client(ours), theirs
    ours.close()
    theirs.close()


def test_it_works(pair: tuple[Client, socket.socket]) -> None:
    ours, theirs = pair
    theirs.send(b"question")
    assert ours.recv(100) == b"question"
    ours.sendall(b"head")
    ours.sendall(b"body")
    with pytest.raises(BlockingIOError):
        theirs.recv(100)
    ours.flush()
    assert theirs.recv(100) == b"headbody"


def test_reading_never_waits(pair: tuple[Client, socket.socket]) -> None:
    ours, _ = pair
    ours.setblocking(True)
    with pytest.raises(BlockingIOError):
        ours.recv(100)


def test_much_is_not_kept(pair: tuple[Client, socket.socket]) -> None:
    ours, theirs = pair
    ours.sendall(b"x" * (IN_MEMORY + 1))
    assert theirs.recv(2 * IN_MEMORY)


def test_flushing_nothing_sends_nothing(pair: tuple[Client, socket.socket]) -> None:
    ours, theirs = pair
    theirs.close()
    ours.flush()


def test_gunicorn_can_close_it_in_the_middle_of_an_answer(pair: tuple[Client, socket.socket]) -> None:
    ours, theirs = pair
    util.close_graceful(ours)
    assert theirs.recv(100) == b""
    assert ours.fileno() == -1
