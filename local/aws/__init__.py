"""The embedded AWS of local runs and tests: MiniStack in a process of its own, on 127.0.0.1. Never in a container on AWS."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from deploy import containers
from local.aws import process
from local.aws.state import LocalAWSError

__all__ = ["LocalAWSError", "environment", "variables_of"]

NOT_IN_A_TASK_DEFINITION: Final = (
    "AWS_ENDPOINT_URL",
    "COGNITO_JWKS_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    containers.SECRET,
)
"""Variables that a container on AWS gets in another way, or has no need of."""


def environment(*, state_dir: Path | None, port: int, site_origins: Sequence[str]) -> dict[str, str]:
    """The environment variables that a container gets, and those in `NOT_IN_A_TASK_DEFINITION`.

    `state_dir`: where the data is kept; None for an embedded AWS in memory that only this process uses. `port`: where it
    listens if it has to be started (0: any free port). `site_origins`: origins whose pages may call it from a browser.

    Removes every other `AWS_…` variable from this process: no call can reach a real account by mistake.
    Raises `LocalAWSError`, which ends the process with one sentence.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    try:
        if state_dir is None:
            folder = Path(tempfile.mkdtemp(prefix="localaws-"))  # the server removes it
            return process.start(folder, port=port, origins=site_origins)
        return process.attach_or_start(state_dir.resolve(), port=port, origins=site_origins)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def variables_of(service: containers.Service, known: Mapping[str, str]) -> dict[str, str]:
    """What this service's container gets of the variables that `environment` returned."""
    return {name: known[name] for name in (*service.environment, *NOT_IN_A_TASK_DEFINITION) if name in known}
