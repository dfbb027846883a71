"""schemathesis: the description of both services against both services, with every check it makes by default."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

EXAMPLES = 40  # for each operation

schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())


@pytest.mark.timeout(600)
# A client that does not close its requests leaves the temporary files of refused uploads to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_as_described(case: Any, alice: Any, proof: Any) -> None:
    proof.of(
        "Nobody in",
        "Whatever is sent, both services answer as their OpenAPI description says, and never with a crash",
        f"schemathesis, all its checks, {EXAMPLES} generated requests for each operation",
    )
    proof.times += 1
    case.call_and_validate(headers={"Authorization": f"Bearer {alice.tokens.access}"})
