"""The embedded AWS of local runs and tests: a MiniStack process on 127.0.0.1. Development only, never in a container.

For settings modules (the only callers outside commands and tests)::

    # settings/local.py: attach to the embedded AWS of this checkout, or start it for the life of this process
    os.environ.update(localaws.environment(state_dir=BASE_DIR / ".localaws", port=LOCALAWS_PORT, site_origins=[...]))
    # settings/test.py: one of its own for this process, in memory, on a free port, forgotten at exit
    os.environ.update(localaws.environment(state_dir=None, port=0, site_origins=[...]))

The answer holds exactly the variables a container gets (SECRET_KEY, ALLOWED_HOSTS, AWS_REGION, TODOS_TABLE, FILES_TABLE,
ATTACHMENTS_BUCKET, COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID) and the local ones: AWS_ENDPOINT_URL, COGNITO_JWKS_URL,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and LOCALAWS_ATTACHED, by which a child of this process (Django's reloader) attaches.

What the commands in `management/commands` need of the settings: `"local.aws"` in INSTALLED_APPS, before any
other app that has a `runserver`; `LOCALAWS_STATE_DIR` (the Path given above) and `PORT` (int, of the web server).
"""

import atexit
import contextlib
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.aws import stacks
from local.aws.connection import ROOT, Connection, connect, is_served, start
from local.aws.state import LocalAWSError, StateDirectory, ministack_version

__all__ = ["LocalAWSError", "environment"]

ATTACHED: Final = "LOCALAWS_ATTACHED"
SEEDS: Final = ROOT / "build" / "localaws"
"""Provisioned, empty states that in-memory servers start from; nobody misses them."""


def environment(*, state_dir: Path | None, port: int, site_origins: Sequence[str]) -> dict[str, str]:
    """Environment variables of an embedded AWS that lives at least as long as this process.

    `state_dir`: where its data is kept, or None for one in memory that only this process uses. `port`: where it listens if it
    has to be started (0: any free one). `site_origins`: origins of the web application, which may call it from a browser.

    Removes every other `AWS_…` variable from this process: no call can reach a real account by mistake.
    Raises `LocalAWSError`, which ends the process with a sentence.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    try:
        if state_dir is None:
            return _in_memory(site_origins)
        return _persistent(StateDirectory(state_dir.resolve()), port, site_origins)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _persistent(directory: StateDirectory, port: int, origins: Sequence[str]) -> dict[str, str]:
    inherited = json.loads(os.environ.get(ATTACHED, "{}"))
    if inherited.get(ATTACHED) == str(directory.path) and is_served(directory):
        return {**inherited, ATTACHED: os.environ[ATTACHED]}  # a child of a process that keeps the server running
    directory.prepare()
    with directory.starting():
        connection = connect(directory, port=port, origins=origins)
        for notice in connection.identity["notices"]:
            sys.stderr.write(f"{notice}\n")
        variables = _provisioned(connection, origins)
    variables["SECRET_KEY"] = directory.secret_key()
    return {**variables, ATTACHED: json.dumps({**variables, ATTACHED: str(directory.path)})}


def _provisioned(connection: Connection, origins: Sequence[str]) -> dict[str, str]:
    """The variables of a server whose stacks match the code; brings them up to date when they do not."""
    allowed = sorted({*connection.identity["origins"], *origins})
    if set(allowed) != set(connection.identity["origins"]):
        connection.post("origins", allowed)
    known = connection.identity["provisioned"]
    wanted = stacks.fingerprint(allowed)
    if known is None or known["fingerprint"] != wanted:
        known = {"fingerprint": wanted, "environment": stacks.provision(connection.endpoint, allowed)}
        connection.post("provisioned", known)
    variables: dict[str, str] = known["environment"]
    return {
        **variables,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "AWS_ENDPOINT_URL": connection.endpoint,
        "COGNITO_JWKS_URL": f"{connection.endpoint}/{variables['COGNITO_USER_POOL_ID']}/.well-known/jwks.json",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def _in_memory(origins: Sequence[str]) -> dict[str, str]:
    """A server of this process's own. It starts from a state provisioned once for this code, which takes a second less."""
    seed = SEEDS / f"{ministack_version()}-{stacks.fingerprint(origins)[:16]}"
    directory = StateDirectory(Path(tempfile.mkdtemp(prefix="localaws-")).resolve())
    atexit.register(shutil.rmtree, directory.path, ignore_errors=True)  # runs after the server is stopped
    with contextlib.suppress(OSError):  # not there, or another process is just removing it: then without
        shutil.copytree(seed, directory.path, dirs_exist_ok=True)
    directory.prepare()
    connection = start(directory, port=0, origins=origins)
    variables = _provisioned(connection, origins)
    if not seed.is_dir():
        _keep_seed(directory, seed)
    return {**variables, "SECRET_KEY": secrets.token_urlsafe(50)}


def _keep_seed(directory: StateDirectory, seed: Path) -> None:
    """Copy the provisioned state aside, and drop those of older code. Two processes may do so at once."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    for other in SEEDS.glob("[!.]*"):
        shutil.rmtree(other, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(dir=SEEDS, prefix="."))
    for name in ("version.json", "state.json"):
        shutil.copy(directory.path / name, unfinished)
    shutil.copytree(directory.path / "aws", unfinished / "aws")
    try:
        unfinished.rename(seed)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
