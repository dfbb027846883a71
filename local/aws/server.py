"""The process of the embedded AWS: `python -m local.aws.server`, started by process.py.

It serves MiniStack behind access.py, provisions what the services need, writes their variables to running.json, and saves
every few seconds. It stops when its standard input is closed: the kernel closes that however its starter ends. Everything
that relies on MiniStack's own modules is here, in state.py and in s3.py; its version is pinned.
"""

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.aws import access, s3
from local.aws.process import listen
from local.aws.state import REGION, ROOT, RUNNING, LocalAWSError, State, load, save, say, write

SAVE_SECONDS: Final = 2
"""Between two saves: `kill -9` loses the writes of these seconds, and of the save itself."""

_READS: Final = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List")


class EmbeddedAWS:
    """MiniStack as an ASGI application, with its state in and out. One a process: MiniStack keeps it in module globals."""

    def __init__(self, folder: Path, port: int, origins: Sequence[str], *, persistent: bool) -> None:
        os.environ.update(
            AUTH="true",  # without it any code confirms, tampered tokens pass, and a bucket's CORS rules are ignored
            GATEWAY_PORT=str(port),
            SERVICES="dynamodb,s3,cognito-idp,cloudformation,sts,iam",
            MINISTACK_REGION=REGION,
            IOT_MTLS_ENABLED="0",  # would listen on 0.0.0.0:8883
            DOCKER_HOST="unix:///nonexistent/docker.sock",  # it removes containers of others that carry its label
            STATE_DIR=str(folder / "aws" / "keys"),
            S3_PERSIST="1" if persistent else "0",
            S3_DATA_DIR=str(folder / "aws" / "objects"),
            LOG_LEVEL="WARNING",
        )
        from ministack import app  # noqa: PLC0415  # it reads the environment above while it is imported
        from ministack.services import ses  # noqa: PLC0415

        self._ministack: Any = app
        self._folder = folder
        self._origins = origins
        self._persistent = persistent
        self.changed = False
        self._failing = False
        self._deliver = ses.send_internal_email
        ses.send_internal_email = self._deliver_mail
        self.state = load(folder) if persistent else State()
        for key, saved in self.state.services.items():
            app._get_module(app._state_map[key]).load_persisted_state(saved)

    async def __call__(self, scope: access.Scope, receive: access.Receive, send: access.Send) -> None:
        """Refuse a request, or pass it on to MiniStack."""
        if scope["type"] == "lifespan":
            await self._ministack.app(scope, receive, send)
        elif scope["type"] == "http":  # web sockets belong to services that are off
            if (sentence := access.refusal(scope, self._origins)) is not None:
                await access.refuse(send, sentence)
                return
            try:
                await self._ministack.app(scope, receive, s3.corrected(scope, send))
            finally:
                self.changed = self.changed or _may_write(scope)

    def _deliver_mail(self, **mail: Any) -> Any:
        """What Cognito hands to SES, here in the terminal: codes of sign-up and of forgotten passwords."""
        say(f"Mail to {', '.join(mail['to_addrs'])}: {mail['subject']}: {mail.get('body_text') or mail.get('body_html')}")
        return self._deliver(**mail)

    def save(self) -> bool:
        """Save now; False, and a sentence in the terminal, when that fails. Requests wait meanwhile."""
        try:
            self.state.services = {key: get() for key, get in self._ministack._build_persistence_save_dict().items()}
            if self._persistent:
                save(self._folder, self.state)
        except Exception as error:  # noqa: BLE001  # whatever it is: the next save may succeed
            if not self._failing:
                say(f"The embedded AWS cannot save: {error}. What is written from here on is lost when it stops before it can.")
            self.changed = self._failing = True
            return False
        if self._failing:
            say("The embedded AWS saves again. Nothing was lost.")
        self.changed = self._failing = False
        return True

    async def save_regularly(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            if self.changed:
                self.save()


def _may_write(scope: access.Scope) -> bool:
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(_READS)


async def run(folder: Path, listener: socket.socket, origins: Sequence[str], *, persistent: bool) -> bool:
    """Serve on `listener` until the standard input is closed or a signal comes; whether everything is saved."""
    port = listener.getsockname()[1]
    embedded = EmbeddedAWS(folder, port, origins, persistent=persistent)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(0, stop.set)  # nothing is ever written there: it is readable when it is closed
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    application: Any = embedded  # hypercorn's types name every message, ours are ASGI's plain mappings
    serving = asyncio.create_task(serve(application, config, shutdown_trigger=stop.wait, mode="asgi"))
    variables = await _provision(embedded, f"http://127.0.0.1:{port}", origins)
    write(folder / RUNNING, json.dumps({"variables": variables, "origins": list(origins)}))
    saving = asyncio.create_task(embedded.save_regularly())
    await serving
    saving.cancel()
    (folder / RUNNING).unlink()
    return not embedded.changed or embedded.save()


async def _provision(embedded: EmbeddedAWS, endpoint: str, origins: Sequence[str]) -> dict[str, str]:
    """The variables of what is provisioned; brings it up to date first when templates or origins changed."""
    wanted, state = _fingerprint(origins), embedded.state
    if state.fingerprint != wanted:
        from local.aws import stacks  # noqa: PLC0415  # most starts do without it: they take half a second less

        names = await asyncio.to_thread(stacks.provision, endpoint, origins)
        secret = state.names.get("SECRET_KEY") or secrets.token_urlsafe(50)
        state.fingerprint, state.names = wanted, {**names, "SECRET_KEY": secret}
        if not embedded.save():
            raise SystemExit(1)
    return {
        **state.names,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "COGNITO_JWKS_URL": f"{endpoint}/{state.names['COGNITO_USER_POOL_ID']}/.well-known/jwks.json",
    }


def _fingerprint(origins: Sequence[str]) -> str:
    """Changes whenever provisioning could have another result: the code of deploy/ and of this package, the origins."""
    digest = hashlib.sha256("\n".join(origins).encode())
    for path in sorted([*(ROOT / "deploy").rglob("*.py"), *Path(__file__).parent.glob("*.py")]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Read the arguments of process.py and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.aws.server", description="Started by local.aws itself.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("origins", nargs="*")
    parser.add_argument("--in-memory", action="store_true", help="keep nothing; remove the folder at the end")
    options = parser.parse_args()
    try:
        advice = f"The embedded AWS of another checkout may have it. Choose another: LOCALAWS_PORT={options.port + 1}"
        with listen("127.0.0.1", options.port, advice) as listener:
            saved = asyncio.run(run(options.folder, listener, options.origins, persistent=not options.in_memory))
    except OSError as error:
        raise LocalAWSError(f"The embedded AWS cannot start: {error}") from None
    finally:
        if options.in_memory:
            shutil.rmtree(options.folder)
    sys.exit(0 if saved else 1)


if __name__ == "__main__":
    main()
