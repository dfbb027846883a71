"""MiniStack inside our server process: configured, imported, filled with saved state and read out again.

Everything that leans on MiniStack's own modules is here; its version is pinned, and a state of another version is refused.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.aws.gate import Application
    from local.aws.snapshots import Snapshot
    from local.aws.state import StateDirectory

REGION: Final = "us-east-1"

SERVICES: Final = ("dynamodb", "s3", "cognito-idp", "cloudformation", "sts", "iam")
"""What answers from outside. CloudFormation reaches the others (alarms, backup vault) by itself."""

_AT_START: Final = ("iam", "sts")
"""Services whose saved state is needed before the first request: every request asks IAM who calls."""

logger = logging.getLogger("localaws")


class Emulator:
    """The imported MiniStack. One a process: it keeps all its state in module globals.

    Its modules are imported, and filled, when a request first needs them: CloudFormation alone takes longer to import than
    everything else together, and after the first run nobody asks it anything.
    """

    def __init__(self, directory: StateDirectory, *, port: int, persistent: bool) -> None:
        """`persistent`: whether objects of S3 go to files; otherwise all stays in memory."""
        os.environ.update(
            AUTH="true",  # without it any code confirms, tampered tokens pass, and a bucket's CORS rules are ignored
            BIND_HOST="127.0.0.1",
            GATEWAY_PORT=str(port),
            SERVICES=",".join(SERVICES),
            MINISTACK_REGION=REGION,
            MINISTACK_WORKER_THREADS="8",
            IOT_MTLS_ENABLED="0",  # would listen on 0.0.0.0:8883
            SFTP_ENABLED="0",
            DOCKER_HOST="unix:///nonexistent/docker.sock",  # it removes containers of others that carry its label
            PERSIST_STATE="0",  # snapshots.py does that
            STATE_DIR=str(directory.keys),
            S3_PERSIST="1" if persistent else "0",
            S3_DATA_DIR=str(directory.objects),
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",  # noqa: S106  # MiniStack's own root key
            LOG_LEVEL="WARNING",
        )
        import ministack.app  # noqa: PLC0415  # it reads the environment above while it is imported

        self._directory = directory
        self._pending: dict[str, Any] = {}
        self._module_of: Mapping[str, str] = ministack.app._state_map
        self._import = ministack.app._get_module
        ministack.app._get_module = self._module
        self.application: Application = ministack.app.app

    def fill(self, snapshot: Snapshot) -> None:
        """Take over saved state; each service gets its own when it is first used."""
        self._pending = dict(snapshot.services)
        for name in _AT_START:
            self._module(name)

    def _module(self, name: str) -> ModuleType:
        module: ModuleType = self._import(name)
        # CloudFormation's module reaches into all others without asking for them here.
        keys = list(self._pending) if name == "cloudformation" else [k for k in self._pending if self._module_of.get(k) == name]
        for key in keys:
            self._import(self._module_of[key]).load_persisted_state(self._pending.pop(key))
        if name == "cognito":
            self._listen_to_mail()
        return module

    def state(self) -> dict[str, Any]:
        """State by service, to be encoded at once: the rows of DynamoDB are not copied."""
        found = dict(self._pending)
        with _without_copying("ministack.services.dynamodb"):
            for key, name in self._module_of.items():
                module: Any = sys.modules.get(f"ministack.services.{name}")
                if key not in found and hasattr(module, "get_state") and (state := module.get_state()):
                    found[key] = state
        return found

    def is_changing_stacks(self) -> bool:
        """Whether a stack is half made: a save that caught it would keep it half made for ever."""
        module = sys.modules.get("ministack.services.cloudformation")
        if module is None:
            return False
        return any(stack["StackStatus"].endswith("_IN_PROGRESS") for stack in module._stacks._data.values())

    @staticmethod
    def encode(value: Any) -> Any:
        """`default` of `json.dumps` for MiniStack's types."""
        from ministack.core.persistence import _json_default  # noqa: PLC0415

        return _json_default(value)

    @staticmethod
    def decode(value: dict[str, Any]) -> Any:
        """`object_hook` of `json.loads` for MiniStack's types."""
        from ministack.core.persistence import _json_object_hook  # noqa: PLC0415

        return _json_object_hook(value)

    def _listen_to_mail(self) -> None:
        """Write every message that Cognito hands to SES to `mail.log` too, one JSON object a line."""
        from ministack.services import ses  # noqa: PLC0415

        deliver = ses.send_internal_email
        if deliver.__module__ == __name__:
            return

        def deliver_and_write(**message: Any) -> Any:
            line = {
                "time": time.time(),
                "to": message["to_addrs"],
                "subject": message["subject"],
                "body": message.get("body_text") or message.get("body_html"),
            }
            with self._directory.mail.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            return deliver(**message)

        ses.send_internal_email = deliver_and_write


@contextmanager
def _without_copying(module_name: str) -> Iterator[None]:
    """Let a module's `copy.deepcopy` return its argument for a moment.

    Copying 10,000 rows blocks all requests three times as long as encoding them does, and encoding follows at once, in the
    same turn of the event loop.
    """
    module: Any = sys.modules.get(module_name)
    if module is None:
        yield
        return
    real = module.copy
    module.copy = SimpleNamespace(deepcopy=lambda value: value, copy=real.copy)
    try:
        yield
    finally:
        module.copy = real
