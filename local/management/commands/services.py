"""`manage.py services`: what `make services` runs."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from honcho.manager import Manager

from deploy import containers
from local import aws
from local.aws import process
from local.aws.state import ROOT


class Command(BaseCommand):
    """Runs both production processes against the embedded AWS, each with its container's variables and no others."""

    help = "Run both services as their containers do (gunicorn, production settings). Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        for service in containers.SERVICES:
            parser.add_argument(f"--{service.name}-port", type=int, default=service.port, help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        """Until Ctrl-C, or until one of them ends: honcho stops the other one."""
        manager = Manager()
        for service in containers.SERVICES:
            port = options[f"{service.name}_port"]
            process.listen("127.0.0.1", port, f"Stop what uses it, or choose another: --{service.name}-port={port + 10}").close()
            command = f"exec {sys.executable} -m {' '.join(containers.SERVER)}"
            manager.add_process(service.name, command, env=environment(service, port), cwd=str(ROOT))
            self.stdout.write(f"{service.name:6} http://127.0.0.1:{port}  (/healthz, /readyz, /api/…)")
        self.stdout.write(
            f"The embedded AWS: {settings.AWS_ENDPOINT_URL}, its data: {settings.LOCALAWS_STATE_DIR}. Ctrl-C stops all."
        )
        manager.loop()
        sys.exit(manager.returncode)


def environment(service: containers.Service, port: int) -> dict[str, str]:
    return {
        **process.inherited(),
        **aws.variables_of(service, os.environ),
        "DJANGO_SETTINGS_MODULE": service.settings,
        "BIND": f"127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
