"""The log of `make run`: readable in its terminal, and as production writes it in the file that `make logs` follows."""

import json
import logging
from pathlib import Path

from local.web.lines import append, readable
from todo_project.telemetry.logging import LineFormatter


class ReadableFormatter(LineFormatter):
    """What production writes as JSON, for people."""

    def format(self, record: logging.LogRecord) -> str:
        return readable(json.loads(super().format(record)))


class FileHandler(logging.Handler):
    """Appends to the file; each line opens it, so that it may be moved or removed at any time."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        try:
            append(self.path, self.format(record))
        except (TypeError, ValueError):  # a line that cannot be made must not end a request
            self.handleError(record)
