"""`manage.py services`: what `make services` runs."""

import json
import os
import signal
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from local.aws import mail
from local.aws.containers import Processes, containers
from local.aws.state import StateDirectory
from local.web.lines import append, log_file


class Command(BaseCommand):
    """Runs both production processes against the embedded AWS."""

    help = "Run both services as their containers do (gunicorn, production settings). Ctrl-C stops both."
    requires_system_checks: list[str] = []  # they are other processes' settings

    def add_arguments(self, parser: CommandParser) -> None:
        """The ports."""
        parser.add_argument("--todos-port", type=int, default=8080, help="8080")
        parser.add_argument("--files-port", type=int, default=8081, help="8081")

    def handle(self, *args: Any, **options: Any) -> None:
        """Until Ctrl-C, or until one of them ends, which is an error."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        both = containers(options["todos_port"], options["files_port"])
        processes = Processes(both, os.environ, self._tell)
        end_mail = mail.show(StateDirectory(settings.LOCALAWS_STATE_DIR).mail, self.stdout.write)
        for container in both:
            self.stdout.write(f"{container.name:6} http://127.0.0.1:{container.port}  (/healthz, /readyz, /api/…)")
        self.stdout.write(f"embedded AWS {settings.AWS_ENDPOINT_URL}, its data {settings.LOCALAWS_STATE_DIR}. Ctrl-C stops all.")
        sentence = None
        try:
            sentence = processes.wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")
        finally:
            processes.stop()
            end_mail()
        if sentence:
            raise CommandError(sentence)

    def _tell(self, line: str) -> None:
        """A container's line, here and in the file that `make logs` follows."""
        self.stdout.write(line)
        service, _, text = line.partition(" | ")
        if not text.startswith("{"):  # what Python writes while it starts
            text = json.dumps({"time": f"{datetime.now():%Y-%m-%d %H:%M:%S},000", "service": service, "message": text})  # noqa: DTZ005 as the log has it
        append(log_file(settings.LOCALAWS_STATE_DIR), text)
