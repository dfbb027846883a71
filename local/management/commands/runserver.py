"""`manage.py runserver`: Django's, with the port from PORT, sentences for what goes wrong, and all URLs printed."""

import os
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.runserver import Command as DjangoCommand
from django.core.management.base import CommandError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from local.aws import process


class Command(DjangoCommand):
    addr: str
    port: str
    _raw_ipv6: bool

    help = "Serve both apps, the browsable API and the web application; the embedded AWS runs beside it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.default_port = str(settings.PORT)
        super().handle(*args, **options)

    def run(self, **options: Any) -> None:
        if self.addr not in {"localhost", "::1"} and not self.addr.startswith("127."):
            raise CommandError(
                f"This server is for this computer alone: on {self.addr} others could reach it. "
                f"Leave the address out, or use 127.0.0.1:{self.port}"
            )
        if DJANGO_AUTORELOAD_ENV not in os.environ:  # in the first process: the reloader starts a second one
            advice = f"Is `make run` running already? Stop what uses it, or choose another: PORT={int(self.port) + 1} make run"
            process.listen(self.addr, int(self.port), advice).close()
            started = process.running(settings.LOCALAWS_STATE_DIR)
            if started is None or not set(settings.SITE_ORIGINS) <= set(started["origins"]):
                raise CommandError(
                    f"The embedded AWS of {settings.LOCALAWS_STATE_DIR} runs already, for the page of another port. Stop what "
                    "started it, or give this page one of its own: LOCALAWS_STATE_DIR=… LOCALAWS_PORT=…"
                )
        super().run(**options)

    def on_bind(self, server_port: int) -> None:
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
