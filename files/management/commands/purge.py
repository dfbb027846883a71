"""`manage.py purge`: the sweeper. It runs on a schedule in the cluster."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from files.purge import Summary, sweep
from todo_project.shared.problems import Unavailable

logger = logging.getLogger(__name__)

PROGRESS_EVERY = 2.0  # seconds


class Command(BaseCommand):
    """Deletes what is due and says what it did; exit status 1 when something could not be deleted."""

    help = (
        "Deletes for good: to-dos and attachments that have been in the trash for 30 days, and uploads that were not completed "
        "within a day. Safe to stop anywhere, to run again, and to run twice at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what is due and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run: bool = options["dry_run"]
        told = time.monotonic()

        def progress(summary: Summary) -> None:
            nonlocal told
            if time.monotonic() - told >= PROGRESS_EVERY:
                told = time.monotonic()
                self.stderr.write(f"… {_counts(summary)}")

        try:
            summary = sweep(dry_run=dry_run, progress=progress)
        except Unavailable as error:
            logger.exception("purge stopped")  # the log says what the sentence does not
            raise CommandError("The storage cannot be reached or asks to slow down; nothing is lost, run it again.") from error
        self.stdout.write(f"{'would purge' if dry_run else 'purged'} {_counts(summary)}")
        if summary.failures:
            raise CommandError(f"{summary.failures} could not be purged; the next run tries again.")


def _counts(summary: Summary) -> str:
    return f"{summary.todos} to-dos, {summary.files} files, {summary.failures} failures"
