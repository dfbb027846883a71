"""`manage.py purge`: deletes for good what has expired. It runs on a schedule in the cluster."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from files.purge import Summary, purge
from todo_project.errors import Unavailable
from todo_project.telemetry import metrics
from todo_project.telemetry.logging import id_of, identified
from todo_project.telemetry.usage import counted

logger = logging.getLogger("todo.purge")

PROGRESS_EVERY = 2.0  # seconds


class Command(BaseCommand):
    """Deletes what is due and says what it did; exit status 1 when something could not be deleted."""

    help = (
        "Deletes for good: to-dos and attachments that have been in the trash for 30 days, uploads that were not completed "
        "within a day, and all that belongs to people who asked for it. "
        "Safe to stop anywhere, to run again, and to run twice at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what is due and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        started = told = time.monotonic()

        def progress(summary: Summary) -> None:
            nonlocal told
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                self.stderr.write(f"… {_counts(summary)}")

        # All lines of a run carry one id, as those of a request do.
        with identified(id_of("")), counted() as usage:
            try:
                summary = purge(dry_run=options["dry_run"], progress=progress)
            except Unavailable as error:
                logger.exception("purge stopped")  # the log says what the sentence does not
                sentence = "The storage cannot be reached or asks to slow down; nothing is lost, run it again."
                raise CommandError(sentence) from error
            if options["dry_run"]:
                self.stdout.write(f"would purge {_counts(summary)}")
            else:
                counts = {
                    "purgedTodos": summary.todos,
                    "purgedFiles": summary.files,
                    "purgeFailures": summary.failures,
                    "ms": round((time.monotonic() - started) * 1000, 1),
                    "calls": usage.calls,
                    "readUnits": usage.read_units,
                    "writeUnits": usage.write_units,
                }
                line = {"message": f"purged {_counts(summary)}", "service": "purge", **counts}
                logger.info(line | metrics.described(metrics.BY_SERVICE, counts))
        if summary.failures:
            raise CommandError(f"{summary.failures} could not be purged; the next run tries again.")


def _counts(summary: Summary) -> str:
    return f"{summary.todos} to-dos, {summary.files} files, {summary.failures} failures"
