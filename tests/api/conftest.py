"""A key set that responds as a test wants."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from jwt import api_jwk, jwk_set_cache, jwks_client

from tests.api.tokens import Endpoint, jwks
from todo_project.api import authentication


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    """The pool's key set, with the key "known"; the service asks it and has asked nothing yet."""
    server = Endpoint(jwks("known"))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    # Another test's endpoint may have had this port: nothing that was known then may count here.
    authentication.key_set.cache_clear()
    authentication._verified.clear()
    settings.COGNITO_JWKS_URL = f"http://127.0.0.1:{server.server_port}/jwks.json"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for the key set's cooldown and lifespan, at once; they pass in no other way."""
    passed = 1000.0
    clock = SimpleNamespace(monotonic=lambda: passed)
    for module in (authentication, api_jwk, jwk_set_cache, jwks_client):
        monkeypatch.setattr(module, "time", clock)

    def call(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    return call
