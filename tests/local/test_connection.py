"""The server process as its starter sees it, where a real one is too well behaved to show it."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from local.aws import connection
from local.aws.connection import Connection, _Child
from local.aws.state import StateDirectory
from tests.local.users import until


def child(directory: Path, code: str) -> tuple[_Child, subprocess.Popen[bytes]]:
    """A process that runs `code` in place of the server."""
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    return _Child(process, StateDirectory(directory)), process


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STOP_SECONDS", 0.1)
    started, process = child(tmp_path, "import time; time.sleep(60)")
    started.stop()
    assert process.returncode == -9


def test_one_that_ends_before_it_answers_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text("Traceback\nImportError: no ministack\n\n")
    started, _ = child(tmp_path, "")
    assert started.last_words() == (
        f"The embedded AWS did not start: ImportError: no ministack (more in {tmp_path / 'server.log'})"
    )
    started.stop()


def test_one_that_ends_without_a_word_is_named_by_its_code(tmp_path: Path) -> None:
    (tmp_path / "server.log").write_text("")
    started, _ = child(tmp_path, "raise SystemExit(7)")
    assert "it ended with code 7" in started.last_words()
    started.stop()


def test_one_that_ends_unexpectedly_is_announced(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    started, process = child(tmp_path, "import sys; sys.stdin.read(1)")
    started.watch()
    assert process.stdin
    process.stdin.close()
    written: list[str] = []
    until(lambda: written.append(capfd.readouterr().err) or "ended unexpectedly" in "".join(written))


def test_a_fork_of_the_starter_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, process = child(tmp_path, "import sys; sys.stdin.read()")
    with monkeypatch.context() as fork:
        fork.setattr("os.getpid", lambda: 1)
        started.stop()
    assert process.poll() is None
    started.stop()
    assert process.poll() == 0


def test_an_answer_of_another_kind_is_not_ours() -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_: object) -> None:
            """Nothing in the tests' output."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        with pytest.raises(ValueError, match="an answer of another kind"):
            connection.request(server.server_port, "GET", "/")
        with pytest.raises(ValueError, match="501"):
            Connection(server.server_port, {}).post("origins", [])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
