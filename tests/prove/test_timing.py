"""No clock tells a known key id from an unknown one."""

import statistics
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import client_with
from tests.security.forgeries import Forge
from todo_project.shared import authentication

PAIRS = 400


@pytest.mark.timeout(120)
def test_key_ids(settings: Any, monkeypatch: pytest.MonkeyPatch, proof: Any) -> None:
    proof.of(
        "Nobody in",
        "The time of a refusal does not tell a known key id from an unknown one",
        "pairs of a wrong signature under the known id and under unknown ids; their medians differ by less than the scatter "
        "of one of them (interquartile range); the best of three runs",
    )
    forge = Forge()
    settings.COGNITO_JWKS_URL = f"http://keys.test/{uuid4()}"
    monkeypatch.setattr(authentication.KeySet, "fetch_data", lambda _: forge.key_set())
    assert client_with(f"Bearer {forge.sign()}").get("/api/me/todos").status_code == 200

    def seconds(token: str) -> float:
        client = client_with(f"Bearer {token}")
        begun = time.perf_counter()
        answer = client.get("/api/me/todos")
        took = time.perf_counter() - begun
        assert answer.status_code == 401
        return took

    ratios = []
    for _ in range(3):
        known, unknown = [], []
        for number in range(PAIRS):
            claims = forge.claims(jti=str(uuid4()))
            pair = [
                (known, forge.sign(claims, key=forge.stranger)),
                (unknown, forge.sign(claims, key=forge.stranger, kid=f"unknown-{number}")),
            ]
            for found, token in pair if number % 2 else pair[::-1]:
                found.append(seconds(token))
        low, _, high = statistics.quantiles(known, n=4)
        ratios.append(abs(statistics.median(known) - statistics.median(unknown)) / (high - low))
        proof.times += 2 * PAIRS
        if ratios[-1] < 1:
            break
    proof.found = f"difference {min(ratios):.2f} of the scatter"
    assert min(ratios) < 1, ratios
