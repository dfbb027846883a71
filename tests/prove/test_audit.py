"""What `make audit` looks for, once more beside the other promises."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.security import audit


@pytest.mark.timeout(400)
@pytest.mark.parametrize("look", [audit.code, audit.dependencies, audit.secrets])
def test_it_finds_nothing(look: Callable[[], list[str]], proof: Any, capsys: pytest.CaptureFixture[str]) -> None:
    proof.of(
        "Nobody in",
        "No unsafe code, no dependency with a known hole, no secret in the repository",
        "bandit, pip-audit, detect-secrets (`make audit`)",
    )
    assert look() == []
    proof.times, proof.found = 1, capsys.readouterr().out.strip()
