"""The log names no file, whatever the libraries on the way to S3 complain of."""

import json
import logging
from typing import Any

import pytest

NAME = "confidential.txt"


def test_it_works(alice: Any, todo: str, reserve: Any, send: Any, log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """urllib3 takes the headers of a multipart object for damaged ones, and its warning has the URL."""
    library = logging.getLogger("urllib3.connection")
    complaints: list[Any] = []
    warn = library.warning
    monkeypatch.setattr(library, "warning", lambda *told, **more: (complaints.append(told), warn(*told, **more)))
    reserved = reserve(NAME, "multipart/mixed")
    assert send(reserved["upload"]).status_code == 204
    assert alice.api.post(f"/api/{todo}/files/{reserved['fileID']}/complete").status_code == 200
    assert NAME in str(complaints)
    assert [line["message"] for line in log()] == ["request"] * 2
    assert NAME not in json.dumps(log())
