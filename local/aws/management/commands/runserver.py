"""`manage.py runserver`: Django's, with the port from PORT, sentences for what goes wrong, and all addresses printed."""

import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.management.commands.runserver import Command as DjangoCommand
from django.core.management.base import CommandError, CommandParser

from local.aws import mail
from local.aws.state import StateDirectory

LOOPBACK: Final = {"localhost", "::1"}


class Command(DjangoCommand):
    """The development server of both apps."""

    addr: str
    port: str
    use_ipv6: bool
    _raw_ipv6: bool

    help = "Serve both apps, the browsable API and the web application; the embedded AWS runs beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's own, and --with-parent."""
        super().add_arguments(parser)
        parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """PORT is the default port."""
        self.default_port = str(settings.PORT)
        super().handle(*args, **options)

    def run(self, **options: Any) -> None:
        """In the first process: check the port and show mail. In the reloader's child: end with the first process."""
        if self.addr not in LOOPBACK and not self.addr.startswith("127."):
            raise CommandError(
                f"This server is for this machine alone: on {self.addr} others could reach it. "
                f"Leave the address out, or use 127.0.0.1:{self.port}"
            )
        if os.environ.get("RUN_MAIN") == "true":
            # A reloader that is killed would leave this process on the port, and the next start would find it taken.
            _when_parent_ends(lambda: os._exit(1))
        else:
            if options["with_parent"]:
                # SIGTERM, not SIGINT: a shell starts background jobs with SIGINT ignored.
                _when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
            self._refuse_taken_port()
            mail.show(StateDirectory(settings.LOCALAWS_STATE_DIR).mail, self.stdout.write)
        super().run(**options)

    def check_migrations(self) -> None:
        """There is no database."""

    def on_bind(self, server_port: int) -> None:
        """Once it listens: every address a person may want."""
        host = f"[{self.addr}]" if self._raw_ipv6 else self.addr
        base = f"http://{host}:{server_port}"
        self.stdout.write(
            f"\n  web page      {base}/\n"
            f"  API           {base}/api/docs/\n"
            f"  embedded AWS  {settings.AWS_ENDPOINT_URL}\n"
            f"  its data      {settings.LOCALAWS_STATE_DIR}\n\n"
            "  First steps: manage.py createaccount EMAIL, or `make demo`, in another terminal.\n"
            "  Codes that would be mailed appear here. Ctrl-C stops everything.\n"
        )

    def _refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if self.use_ipv6 else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.addr, int(self.port)))
            except OSError as error:
                what = "is used by another program" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
                raise CommandError(
                    f"Port {self.port} {what}. Stop that program, or choose another port: PORT={int(self.port) + 1} make run"
                ) from None


def _when_parent_ends(act: Callable[[], None]) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        act()

    threading.Thread(target=watch, name="localaws-parent", daemon=True).start()
